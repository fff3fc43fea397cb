/** A store that only minds offsets: enough to see what intake hands over, and to be away when a test says so. */
import { pino } from 'pino';
import { ms, type SmsEvent } from '../../src/events/event.ts';
import type { Fold, FoldInput } from '../../src/fold/fold-input.ts';
import { createIngest, type IngestOptions } from '../../src/intake/ingest.ts';
import type { DeadLetter } from '../../src/intake/source.ts';
import type { ApplyResult, FoldedBatch } from '../../src/windows/store/store.ts';

export const silent = pino({ level: 'silent' });

export const createOffsetStore = (start = 0) => {
  let next = start;
  let epoch = 0;
  let away = 0;
  /** Applied, but the answer is lost. */
  let deaf = 0;
  const attempt = <T>(work: () => T): Promise<T> => {
    if (away > 0) {
      away--;
      return Promise.reject(new Error('store away'));
    }
    const answer = work();
    if (deaf > 0) {
      deaf--;
      return Promise.reject(new Error('answer lost'));
    }
    return Promise.resolve(answer);
  };
  const apply = (batch: FoldedBatch): ApplyResult => {
    if (batch.epoch < epoch) return { kind: 'fenced', epoch };
    if (batch.from > next) return { kind: 'gap', next };
    if (batch.next <= next && batch.next > batch.from) return { kind: 'redelivered', next };
    if (batch.from < next) return { kind: 'overlap', next };
    next = batch.next;
    return { kind: 'applied' };
  };
  return {
    claim: () => attempt(() => ({ epoch: ++epoch, next })),
    apply: (batch: FoldedBatch) => attempt(() => apply(batch)),
    goAway: (times: number) => {
      away = times;
    },
    loseAnswers: (times: number) => {
      deaf = times;
    },
    setNext: (value: number) => {
      next = value;
    },
    next: () => next,
  };
};

/** An `accept` over such a store, and all that went through it. */
export const createIntake = (
  options: Partial<IngestOptions> & { start?: number; maxRecord?: number } = {},
) => {
  const { start = 0, maxRecord = 1_024, ...rest } = options;
  const store = createOffsetStore(start);
  const folds: FoldInput[] = [];
  const letters: DeadLetter[] = [];
  const batches: Array<{ events: readonly SmsEvent[]; rejected: number }> = [];
  const fold: Fold = (input) => {
    folds.push(input);
    const { partition, epoch, from, next } = input;
    const none = new Map<never, never>();
    return {
      partition,
      epoch,
      from,
      next,
      watermark: ms(0),
      counts: none,
      distinct: none,
      tallies: none,
      samples: none,
      announced: none,
      consent: { withdrawn: none, returned: none },
    };
  };
  const ingest = createIngest({
    fold,
    store,
    deadLetters: {
      put: async (more) => {
        letters.push(...more);
      },
    },
    parse: { preset: 'auto', maxRecord },
    clock: () => ms(Date.UTC(2025, 9, 28, 19, 0, 5)),
    onBatch: (events, rejected) => batches.push({ events, rejected }),
    log: silent,
    ...rest,
  });
  return { store, ingest, folds, letters, batches, events: () => batches.flatMap((batch) => batch.events) };
};
