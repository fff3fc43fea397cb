/**
 * Intake: how records become counts, from every source there is. In: Kafka, files, HTTP. Out: batches in the store,
 * bad records on the dead letters. Put together here so that the composition root stays readable.
 */
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { parsingFrom } from '../config/parsing.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Channel } from '../events/channels.ts';
import type { Clock, Ms, SmsEvent } from '../events/event.ts';
import { type CardinalityLimit, createCardinalityLimit } from '../fold/cardinality.ts';
import { createConsents } from '../fold/consents.ts';
import { foldFrom } from '../fold/from-config.ts';
import { messageOf } from '../runtime/errors.ts';
import type { WindowStore } from '../windows/store/store.ts';
import type { View } from '../windows/view.ts';
import { type Arrived, createArrivals } from './arrivals.ts';
import { createBackpressure } from './backpressure.ts';
import { createFileDeadLetters } from './file/dead-letters.ts';
import { readLines } from './file/ndjson.ts';
import { registerAnnouncements } from './http/announcements.ts';
import { registerEventIntake } from './http/events.ts';
import { createHttpQueue } from './http/queue.ts';
import { createIngest } from './ingest.ts';
import { kafkaCredentials } from './kafka/client.ts';
import { createKafkaDeadLetters } from './kafka/dead-letters.ts';
import { createKafkaIntake } from './kafka/kafka.ts';
import { addOthers, type OtherChannels } from './other-channels.ts';
import type { IntakeProblem } from './problems.ts';
import type { Ingest } from './source.ts';

/** All sources of one instance, and what is known of their reading. */
export interface Intake {
  readonly ingest: Ingest;
  readonly claim: WindowStore['claim'];
  /** The events counted and the records rejected since the start. */
  readonly counted: () => { readonly events: number; readonly rejected: number };
  /** Of the events, those that were no SMS, by channel. */
  readonly otherChannels: () => OtherChannels;
  /** What keeps Kafka from being read, in sentences. */
  readonly problems: () => readonly string[];
  /** What keeps Kafka from being read, each with what it is about. */
  readonly found: () => readonly IntakeProblem[];
  /** The kinds of names that are too many to tell apart. */
  readonly cardinality: Pick<CardinalityLimit, 'crowds' | 'others'>;
  /** What arrived lately, without files, which tell of another time. */
  readonly arrived: (now: Ms) => Arrived;
  /** For how long the oldest unread record has waited, in ms. */
  readonly waiting: () => number;
  /** Whether events are to be expected: a topic is read, or somebody has sent some since the start. */
  readonly isFed: () => boolean;
  /** How many records of Kafka are still unread, over all partitions. */
  readonly lag: () => number;
  /** Whether time goes by the newest event instead of the clock, since a log or a file is read. */
  readonly isBehind: () => boolean;
  /** The files that could not be read to their end, in sentences. */
  readonly unreadable: () => readonly string[];
  /** Adds the routes that take events. */
  register(app: FastifyInstance): void;
  start(): Promise<void>;
  /** Stops reading, and resolves when nothing more comes in. */
  stop(): Promise<void>;
  /** Closes the dead letters. */
  close(): Promise<void>;
}

/** Puts the configured sources together; nothing is read before `start`. Throws when Kafka's settings do not fit. */
export const createIntake = (parts: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly store: WindowStore;
  readonly hmacKey: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBatch: (events: readonly SmsEvent[]) => void;
  /** The instant up to which the evaluation has looked; undefined before its first look. */
  readonly evaluated: () => Ms | undefined;
  /** By how much a provider's reports always come late, in ms; 0 while that is not known. */
  readonly usualDelay?: (provider: string) => number;
  /** The newest second of a provider whose windows hold a second no more. */
  readonly beyondWindows?: View['beyond'];
}): Intake => {
  const { config, store, clock, log } = parts;
  const { kafka, files, http, maxRecord, maxAhead } = config.intake;
  const credentials = kafkaCredentials(parts.secrets);
  const deadLetters = kafka
    ? createKafkaDeadLetters({ config: kafka, credentials, log })
    : createFileDeadLetters(`${config.dataDir}/dead-letters.ndjson`);
  const consents = createConsents(config.detect.stop);
  const cardinality = createCardinalityLimit(config.windows.names);
  const fold = foldFrom(config, {
    hmacKey: parts.hmacKey,
    consents,
    cardinality,
    beyondWindows: parts.beyondWindows,
  });
  const counted = { events: 0, rejected: 0 };
  const otherChannels = new Map<Channel, number>();
  const arrivals = createArrivals(config.blindness.clock, parts.usualDelay);
  let hasArrived = false;
  let isReadingFiles = files.length > 0;
  const ingest = createIngest({
    fold,
    store,
    deadLetters,
    parse: parsingFrom(config.intake),
    clock,
    maxAhead,
    onBatch: (events, rejected) => {
      counted.events += events.length;
      counted.rejected += rejected;
      addOthers(otherChannels, events);
      if (!isReadingFiles) {
        arrivals.note(events, rejected, clock());
        hasArrived ||= events.length > 0;
      }
      parts.onBatch(events);
    },
    log,
  });
  /** Claims a partition and takes over what is known of its people, since who reads it must know who opted out. */
  const claim: WindowStore['claim'] = async (partition) => {
    const claimed = await store.claim(partition);
    consents.take(partition, await store.consent(partition), claimed.next);
    return claimed;
  };
  const { lateness } = config.windows;
  const backpressure = createBackpressure({ evaluated: parts.evaluated, lateness, clock });
  const patience = config.blindness.lag;
  const reading = { credentials, claim, ingest, backpressure, clock, lateness, patience, log };
  const intake = kafka ? createKafkaIntake({ config: kafka, ...reading }) : undefined;
  const queue = createHttpQueue({ ingest, claim, partition: `http:${hostname()}` });
  const stopping = new AbortController();
  let filesRead = Promise.resolve();

  const unreadable: string[] = [];

  const readFile = async (path: string): Promise<void> => {
    const partition = path === '-' ? 'stdin' : `file:${path}`;
    const input = path === '-' ? { stream: process.stdin } : { path };
    const { signal } = stopping;
    await readLines({ ...input, partition, maxRecord, claim, ingest, backpressure, signal, log });
  };

  /** One that cannot be read, or no longer, does not keep the next from being read, nor the daemon from watching. */
  const readFiles = async (): Promise<void> => {
    for (const path of files) {
      await readFile(path).catch((error: unknown) => {
        const says = `${path === '-' ? 'standard input' : path} was not read to its end (${messageOf(error)}): mend it and start again, which goes on behind what was counted`;
        unreadable.push(says);
        log.error({ path }, says);
      });
    }
  };

  return {
    ingest,
    claim,
    counted: () => counted,
    otherChannels: () => otherChannels,
    problems: () => intake?.problems() ?? [],
    found: () => intake?.found() ?? [],
    cardinality,
    arrived: arrivals.lately,
    waiting: () => intake?.waiting() ?? 0,
    isFed: () => !isReadingFiles && (intake !== undefined || hasArrived),
    lag: () => intake?.lag() ?? 0,
    isBehind: () => intake !== undefined || isReadingFiles,
    unreadable: () => unreadable,
    register: (app) => {
      registerAnnouncements(app, { queue, clock });
      if (http.enabled) registerEventIntake(app, { queue, maxBody: http.maxBody, maxRecord });
    },
    start: async () => {
      await intake?.start();
      filesRead = readFiles().finally(() => {
        isReadingFiles = false;
      });
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([queue.close(), intake?.stop()]);
      await filesRead;
    },
    close: () => deadLetters.close(),
  };
};
