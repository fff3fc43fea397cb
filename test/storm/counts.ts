/**
 * The counts as they must be: the log folded by one reader that nothing happens to, up to where the store says that it
 * has counted. In: the log and the store. Out: every series of which the two differ.
 */
import type { Config } from '../../src/config/schema.ts';
import { parseRecord } from '../../src/events/parse.ts';
import type { Fold } from '../../src/fold/fold-input.ts';
import { foldFrom } from '../../src/fold/from-config.ts';
import type { DeadLetter } from '../../src/intake/source.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { countsIn } from '../support/cut-stream.ts';
import type { Log } from './log.ts';
import { HMAC_KEY } from './reading.ts';

/** What only the process that read it knows of a message's past: any-cut.ts says the same. */
const REMEMBERED = /submission=|lag=|part=again|order=twice|hours=late/;
/** Rejected records before the first event that their partition's reader has seen have no time, and are not counted. */
const UNTIMED = /^rejected\{/;
const MOST_SAID = 3;

export const createCountCheck = (parts: {
  readonly config: Config;
  readonly log: Log;
  readonly store: WindowStore;
  readonly topic: string;
  readonly deadLetters: { readonly all: readonly DeadLetter[] };
}): (() => Promise<readonly string[]>) => {
  const { config, log, store, topic, deadLetters } = parts;
  const wanted = createMemoryStore();
  const folds = new Map<number, Fold>();
  const stood = new Map<number, number>();
  /** The records that cannot be read, by partition and offset. */
  const unreadable = new Set<string>();

  const catchUp = async (number: number, next: number): Promise<void> => {
    const from = stood.get(number) ?? 0;
    if (next <= from) return;
    const fold = folds.get(number) ?? foldFrom(config, { hmacKey: HMAC_KEY });
    folds.set(number, fold);
    const rejected = new Map<string, number>();
    const events = log
      .records(number)
      .slice(from, next)
      .flatMap(({ offset, value }) => {
        const parsed = parseRecord(value, {
          preset: config.intake.preset,
          maxRecord: config.intake.maxRecord,
        });
        if (parsed.ok) return [{ offset, event: parsed.event }];
        unreadable.add(`kafka:${topic}:${number} at ${offset}`);
        rejected.set(parsed.reason, (rejected.get(parsed.reason) ?? 0) + 1);
        return [];
      });
    const partition = `kafka:${topic}:${number}`;
    await wanted.apply(fold({ partition, epoch: 1, from, next, events, rejected }));
    stood.set(number, next);
  };

  return async () => {
    const { partitions } = await store.read({});
    for (const { partition, next } of partitions) await catchUp(Number(partition.split(':').at(-1)), next);
    const aside = new Set(deadLetters.all.map(({ partition, offset }) => `${partition} at ${offset}`));
    const dropped = [...unreadable].filter((record) => !aside.has(record));
    const [log, found] = [await countsIn(wanted), await countsIn(store)];
    const all = [...new Set([...Object.keys(log), ...Object.keys(found)])];
    const off = all.filter((series) => {
      const [wanted = 0, counted = 0] = [log[series], found[series]];
      return UNTIMED.test(series) ? counted > wanted : !REMEMBERED.test(series) && counted !== wanted;
    });
    return [
      ...off.map((series) => `${series}: ${found[series] ?? 0} counted, ${log[series] ?? 0} in the log`),
      ...dropped.map((record) => `${record} cannot be read, and is counted without a dead letter`),
    ].slice(0, MOST_SAID);
  };
};
