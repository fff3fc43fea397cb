/**
 * Reading: how records become counts, from every source there is. In: Kafka, files, HTTP. Out: batches in the store,
 * bad records on the dead letters. Put together here so that the composition root stays readable.
 */
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Clock, Ms, SmsEvent } from '../events/event.ts';
import { type CardinalityLimit, createCardinalityLimit } from '../fold/cardinality.ts';
import { createConsents } from '../fold/consents.ts';
import { foldFrom } from '../fold/from-config.ts';
import type { WindowStore } from '../windows/store/store.ts';
import { type Arrived, createArrivals } from './arrivals.ts';
import { createBackpressure } from './backpressure.ts';
import { createFileDeadLetters } from './file/dead-letters.ts';
import { readLines } from './file/ndjson.ts';
import { registerAnnouncements } from './http/announcements.ts';
import { registerEventIntake } from './http/events.ts';
import { createHttpQueue } from './http/queue.ts';
import { createIngest } from './ingest.ts';
import { createKafkaDeadLetters } from './kafka/dead-letters.ts';
import { createKafkaIntake } from './kafka/kafka.ts';
import type { IntakeProblem } from './problems.ts';
import type { Ingest } from './source.ts';

export interface Intake {
  readonly ingest: Ingest;
  readonly claim: WindowStore['claim'];
  /** Since the start. */
  readonly counted: () => { readonly events: number; readonly rejected: number };
  readonly problems: () => readonly string[];
  /** The same, each with what it is about. */
  readonly found: () => readonly IntakeProblem[];
  /** Who has too many names to tell apart. */
  readonly cardinality: Pick<CardinalityLimit, 'crowds' | 'others'>;
  /** What arrived lately, files left out: they tell of another time. */
  readonly arrived: (now: Ms) => Arrived;
  /** For how long the oldest unread record has waited, in ms. */
  readonly waiting: () => number;
  /** Whether something is to be expected of a source: a topic, or somebody who has sent events since the start. */
  readonly isFed: () => boolean;
  /** In records, over all partitions. */
  readonly lag: () => number;
  /** Whether the newest event's time, not the clock, says how late it is: a log or a file is read. */
  readonly isBehind: () => boolean;
  /** Ends when the files are read to their end; at once when there are none. */
  readonly filesRead: () => Promise<void>;
  /** Adds the routes that take events. */
  register(app: FastifyInstance): void;
  start(): Promise<void>;
  /** Nothing more comes in. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** User and password of Kafka, when both are set. */
export const kafkaCredentials = ({ kafkaUsername: username, kafkaPassword: password }: Secrets) =>
  username && password ? { username, password } : undefined;

export const createIntake = (parts: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly store: WindowStore;
  readonly hmacKey: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onBatch: (events: readonly SmsEvent[]) => void;
  /** Everything up to here has been looked at; undefined before the first look. */
  readonly evaluated: () => Ms | undefined;
}): Intake => {
  const { config, store, clock, log } = parts;
  const { kafka, files, http, preset, maxRecord, maxAhead } = config.intake;
  const credentials = kafkaCredentials(parts.secrets);
  const deadLetters = kafka
    ? createKafkaDeadLetters({ config: kafka, credentials, log })
    : createFileDeadLetters(`${config.dataDir}/dead-letters.ndjson`);
  const consents = createConsents(config.detect.stop);
  const cardinality = createCardinalityLimit(config.windows.names);
  const fold = foldFrom(config, { hmacKey: parts.hmacKey, consents, cardinality });
  const counted = { events: 0, rejected: 0 };
  const arrivals = createArrivals(config.blindness.clock);
  let hasArrived = false;
  let isReadingFiles = files.length > 0;
  const ingest = createIngest({
    fold,
    store,
    deadLetters,
    parse: { preset, maxRecord },
    clock,
    maxAhead,
    onBatch: (events, rejected) => {
      counted.events += events.length;
      counted.rejected += rejected;
      if (!isReadingFiles) {
        arrivals.note(events, rejected, clock());
        hasArrived ||= events.length > 0;
      }
      parts.onBatch(events);
    },
    log,
  });
  /** Who opted out is known to whoever reads a partition: it goes on with what was known of it. */
  const claim: WindowStore['claim'] = async (partition) => {
    const claimed = await store.claim(partition);
    consents.take(partition, await store.consent(partition), claimed.next);
    return claimed;
  };
  const { lateness } = config.windows;
  const backpressure = createBackpressure({ evaluated: parts.evaluated, lateness, clock });
  const intake = kafka
    ? createKafkaIntake({ config: kafka, credentials, claim, ingest, backpressure, clock, lateness, log })
    : undefined;
  const queue = createHttpQueue({ ingest, claim, partition: `http:${hostname()}` });
  const stopping = new AbortController();
  let filesRead = Promise.resolve();

  const readFiles = async (): Promise<void> => {
    for (const path of files) {
      const partition = path === '-' ? 'stdin' : `file:${path}`;
      const input = path === '-' ? { stream: process.stdin } : { path };
      await readLines({
        ...input,
        partition,
        maxRecord,
        claim,
        ingest,
        backpressure,
        signal: stopping.signal,
        log,
      });
    }
  };

  return {
    ingest,
    claim,
    counted: () => counted,
    problems: () => intake?.problems() ?? [],
    found: () => intake?.found() ?? [],
    cardinality,
    arrived: arrivals.lately,
    waiting: () => intake?.waiting() ?? 0,
    isFed: () => !isReadingFiles && (intake !== undefined || hasArrived),
    lag: () => intake?.lag() ?? 0,
    isBehind: () => intake !== undefined || isReadingFiles,
    filesRead: () => filesRead,
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
