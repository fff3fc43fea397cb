/**
 * Kafka intake: reads the topic in a consumer group, and lets the store say where each partition stands.
 * In: the topic's records. Out: raw batches to `ingest`; lag and problems for the live view.
 * A consumer that cannot go on is made anew, with patience: tocsin outlives any broker.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Consumer } from 'kafkajs';
import type { Logger } from 'pino';
import type { Clock, Duration } from '../../events/event.ts';
import type { WindowStore } from '../../windows/store/store.ts';
import type { Backpressure } from '../backpressure.ts';
import { createProblems, type IntakeProblem } from '../problems.ts';
import type { Ingest } from '../source.ts';
import { type Assignment, createAssignment } from './assignment.ts';
import { type Credentials, createKafkaClient, type KafkaSettings } from './client.ts';
import { crashAdvice } from './crash.ts';
import { extentsOf, readUncommitted, stableEndsOf } from './log-end.ts';

/** The partitions read side by side. */
const CONCURRENCY = 4;
/** How often the lag is measured, in ms; offsets are committed every few times. */
const TICK = 1_000;
const COMMIT_TICKS = 5;
/** How long Kafka has to let go at the end, in ms. */
const STOP_WITHIN = 3_000;
/** The first and the longest wait before a consumer is made anew, in ms. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
/** Times of the membership, in ms: short enough for a takeover within seconds, long enough for a collector's pause. */
const SESSION = { sessionTimeout: 10_000, heartbeatInterval: 2_000, rebalanceTimeout: 20_000 };

export interface KafkaIntakeOptions {
  readonly config: KafkaSettings;
  readonly credentials?: Credentials;
  readonly claim: WindowStore['claim'];
  readonly ingest: Ingest;
  /** How far ahead of the evaluation to read. */
  readonly backpressure: Backpressure;
  readonly clock: Clock;
  readonly lateness: Duration;
  /** A partition whose oldest unread record has waited for longer than this is told of. */
  readonly patience: Duration;
  readonly log: Logger;
  /** Told the lag, in records over all assigned partitions, once a second. */
  readonly onLag?: (lag: number) => void;
}

export interface KafkaIntake {
  /** Begins to read, and to try until it can; `problems` says what is in the way. */
  start(): Promise<void>;
  /** Finishes what is in hand, leaves the group; within three seconds. */
  stop(): Promise<void>;
  /** The records still unread of the partitions this instance has. */
  lag(): number;
  /** For how long the oldest unread record has waited, in ms. */
  waiting(): number;
  /** What keeps the topic from being read, in sentences. */
  problems(): string[];
  /** What keeps the topic from being read, each with what it is about. */
  found(): IntakeProblem[];
}

/** The source of one topic. Throws at once when TLS files or SASL credentials are missing. */
export const createKafkaIntake = (options: KafkaIntakeOptions): KafkaIntake => {
  const { config, clock, log, onLag } = options;
  const { topic } = config;
  const problems = createProblems(log);
  const kafka = createKafkaClient(options);
  const admin = kafka.admin();
  const logEnds = readUncommitted(kafka);
  let reading: { consumer: Consumer; assignment: Assignment } | undefined;
  let lag = 0;
  let supervising: Promise<void> = Promise.resolve();
  let ticking: Promise<void> = Promise.resolve();
  const stopped = new AbortController();
  const untilStopped = new Promise<void>((resolve) =>
    stopped.signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  const pause = (ms: number) => Promise.race([wait(ms), untilStopped]);

  const extents = () => extentsOf(logEnds, topic);
  const stableEnds = () => stableEndsOf(admin, topic);

  const isKnown = async () => {
    const committed = await admin.fetchOffsets({ groupId: config.group, topics: [topic] });
    return committed.some(({ partitions }) => partitions.some(({ offset }) => Number(offset) >= 0));
  };

  const build = () => {
    const consumer = kafka.consumer({
      groupId: config.group,
      maxBytesPerPartition: config.maxBytesPerPartition,
      maxWaitTimeInMs: 500,
      metadataMaxAge: 30_000,
      allowAutoTopicCreation: false,
      ...SESSION,
    });
    const assignment = createAssignment({ ...options, problems, consumer, extents, stableEnds, isKnown });
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      problems.clear('reading');
      assignment.assign(payload.memberAssignment[topic] ?? []);
    });
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const next = Number(payload.lastOffset) + 1;
      if (payload.batchSize === 0) assignment.passed(payload.partition, Number(payload.firstOffset), next);
    });
    const crashed = new Promise<never>((_, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    });
    // It may crash before anybody listens; `consume` hears it all the same.
    crashed.catch(() => undefined);
    return { consumer, assignment, crashed };
  };

  /** Reads with one consumer until it is stopped; rejects when it crashes. */
  const consume = async (): Promise<void> => {
    await Promise.all([admin.connect(), logEnds.connect()]);
    const { consumer, assignment, crashed } = build();
    reading = { consumer, assignment };
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachBatch: assignment.eachBatch,
        eachBatchAutoResolve: false,
        autoCommit: false,
        partitionsConsumedConcurrently: CONCURRENCY,
      });
      await Promise.race([crashed, untilStopped]);
    } finally {
      reading = undefined;
      await consumer.disconnect().catch((error: unknown) => log.debug({ err: error }, 'not disconnected'));
      assignment.drop();
    }
  };

  const supervise = async (): Promise<void> => {
    let delay = FIRST_DELAY;
    while (!stopped.signal.aborted) {
      const began = Date.now();
      try {
        await consume();
      } catch (error) {
        problems.raise('reading', crashAdvice(error, config), error);
      }
      delay = Date.now() - began > LONGEST_DELAY ? FIRST_DELAY : Math.min(2 * delay, LONGEST_DELAY);
      await pause(delay);
    }
  };

  /** Commits offsets for other tools to look at, so that one that cannot be committed harms nobody. */
  const commit = async (): Promise<void> => {
    const offsets = reading?.assignment.moved() ?? [];
    if (offsets.length === 0) return;
    await reading?.consumer
      .commitOffsets(offsets)
      .catch((error: unknown) => log.debug({ err: error }, 'offsets not committed'));
  };

  const tick = async (): Promise<void> => {
    if (!reading) return;
    try {
      lag = await reading.assignment.tick(clock());
      problems.clear('lag');
      onLag?.(lag);
    } catch (error) {
      problems.raise('lag', `Kafka does not say how long ${topic} is; the lag is not known`, error);
    }
  };

  const keepTicking = async (): Promise<void> => {
    for (let ticks = 1; !stopped.signal.aborted; ticks++) {
      await tick();
      if (ticks % COMMIT_TICKS === 0) await commit();
      await pause(TICK);
    }
  };

  const start = async (): Promise<void> => {
    problems.expect('reading', `${topic} is not being read yet: joining the group ${config.group}`);
    supervising = supervise();
    ticking = keepTicking();
  };

  const leave = async (): Promise<true> => {
    await commit();
    stopped.abort();
    await Promise.all([supervising, ticking]);
    await Promise.all([admin.disconnect(), logEnds.disconnect()]).catch((error: unknown) =>
      log.debug({ err: error }, 'not disconnected'),
    );
    return true;
  };

  const stop = async (): Promise<void> => {
    const left = await Promise.race([leave(), wait(STOP_WITHIN).then(() => false)]);
    stopped.abort();
    reading?.assignment.drop();
    if (!left) log.warn('Kafka did not let go within three seconds; what was in hand will be read again');
  };

  const waiting = () => reading?.assignment.waiting() ?? 0;
  return { start, stop, lag: () => lag, waiting, problems: problems.list, found: problems.found };
};
