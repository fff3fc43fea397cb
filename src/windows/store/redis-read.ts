/**
 * What changed in Redis since a reader last looked, in all partitions together. In: a cursor. Out: full totals of each
 * second and slot that changed, in a few pipelines a partition, whatever has changed.
 */
import { ms } from '../../events/event.ts';
import { answersOf, type RedisClient } from '../../runtime/redis.ts';
import { announcedOf, countsOf, pairsOf, registersOf, secondOfName, topAt } from './redis-replies.ts';
import {
  type Cursor,
  KEEP,
  type PartitionId,
  TALLY_TOP,
  type WindowChanges,
  type WindowStore,
} from './store.ts';
import { candidatesOf, mergeChanges, type PartitionChanges, type Value } from './totals.ts';

/**
 * How far back a first read goes, in seconds: all that is kept. Each provider's windows reach an hour back from its own
 * newest second, which may be an hour behind the newest of all.
 */
const FIRST_READ = KEEP / 1_000;
/**
 * The most seconds or slots asked for at once: an hour of thousands of series is more than Redis sends and we take in
 * within the time a command may take, and other commands wait behind it.
 */
const AT_ONCE = 120;

/**
 * Reads through `known`, the key of the set of partitions, `evaluated`, the key of how far was looked, and `key`, which
 * tells a partition's key by its name. Rejects when Redis does not answer.
 */
export const createRedisRead = (parts: {
  redis: RedisClient;
  known: string;
  evaluated: string;
  key: (partition: PartitionId, name: string) => string;
}): WindowStore['read'] => {
  const { redis, known, evaluated, key } = parts;

  /** What changed in a partition since `since`; undefined when its state has expired, since nobody reads it any more. */
  const changesOf = async (
    partition: PartitionId,
    since: number | undefined,
  ): Promise<FoundChanges | undefined> => {
    const replies = await redis
      .pipeline()
      .hmget(key(partition, 'state'), 'next', 'watermark', 'seq', 'epoch')
      .zrange(key(partition, 'touched'), ...sinceIn(since), 'BYSCORE')
      .hgetall(key(partition, 'samples'))
      .hgetall(key(partition, 'announced'))
      .exec();
    const [state, touched, samples, announced] = answersOf(replies) as [
      (string | null)[],
      string[],
      Record<string, string>,
      Record<string, string>,
    ];
    if (state[3] === null) return undefined;
    const seq = Number(state[2] ?? 0);
    // Redis has lost what the reader saw: what came since must not stay unseen until it has caught up.
    if (since !== undefined && seq < since) return changesOf(partition, undefined);
    const watermark = Number(state[1] ?? 0);
    return {
      partition,
      next: Number(state[0] ?? 0),
      watermark,
      countedAt: Math.floor(seq / 1_000),
      seq,
      since,
      touched: recent(touched, since, watermark),
      samples: new Map(Object.entries(samples)),
      announced: announcedOf(announced),
    };
  };

  /**
   * The counts of one partition in the seconds that changed anywhere, and behind them which slots have changed by then:
   * read after the counts, sketches and tallies may be ahead of them and never behind, so that nobody seems to have got
   * more than they did.
   */
  const countsOfOne = async (
    { partition, since, watermark }: FoundChanges,
    names: readonly string[],
  ): Promise<{ readonly values: Value[]; readonly slots: string[] }> => {
    const values: Value[] = [];
    for (let from = 0; ; from += AT_ONCE) {
      const some = names.slice(from, from + AT_ONCE);
      const isLast = from + AT_ONCE >= names.length;
      const pipeline = redis.pipeline();
      for (const name of some) pipeline.hgetall(key(partition, name));
      if (isLast) pipeline.zrange(key(partition, 'touched'), ...sinceIn(since), 'BYSCORE');
      const replies = answersOf(await pipeline.exec());
      for (const reply of replies.slice(0, some.length))
        values.push({ kind: 'b', counts: countsOf(reply as Record<string, string>) });
      if (!isLast) continue;
      const touched = recent(replies.at(-1) as string[], since, watermark);
      return { values, slots: touched.filter((name) => !isSecond(name)) };
    }
  };

  /** The sketches and tallies of one partition in the slots that changed anywhere. */
  const slotsOf = async (partition: PartitionId, names: readonly string[]): Promise<Value[]> => {
    const values: Value[] = [];
    for (let from = 0; from < names.length; from += AT_ONCE)
      values.push(...(await someSlotsOf(partition, names.slice(from, from + AT_ONCE))));
    return values;
  };

  const someSlotsOf = async (partition: PartitionId, names: readonly string[]): Promise<Value[]> => {
    const pipeline = redis.pipeline();
    for (const name of names) {
      if (name.startsWith('d|')) pipeline.getBuffer(key(partition, name));
      else {
        pipeline.zrevrange(key(partition, name), 0, TALLY_TOP - 1, 'WITHSCORES');
        pipeline.get(key(partition, `u${name.slice(1)}`));
      }
    }
    const replies = answersOf(await pipeline.exec());
    let at = 0;
    return names.map((name) => {
      const reply = replies[at++];
      if (name.startsWith('d|')) return { kind: 'd', registers: registersOf(reply as Buffer | null) };
      return { kind: 't', tally: { top: pairsOf(reply as string[]), untracked: Number(replies[at++] ?? 0) } };
    });
  };

  /** Completes tallies by what each partition has of the people at another's top; asks nothing when there is one. */
  const withCandidates = async (
    partitions: readonly PartitionId[],
    names: readonly string[],
    values: readonly Value[][],
  ): Promise<readonly Value[][]> => {
    const asked = names.flatMap((name, index) => {
      if (!name.startsWith('t|')) return [];
      const people = candidatesOf(values.map((own) => topAt(own, index)));
      return people.length === 0 ? [] : [{ name, index, people }];
    });
    if (asked.length === 0) return values;
    const complete = async (partition: PartitionId, own: readonly Value[]): Promise<Value[]> => {
      const pipeline = redis.pipeline();
      for (const { name, people } of asked) pipeline.zmscore(key(partition, name), ...people);
      const scores = answersOf(await pipeline.exec()) as (string | null)[][];
      const completed = [...own];
      for (const [at, { index, people }] of asked.entries()) {
        const before = own[index];
        if (before?.kind !== 't' || !before.tally) continue;
        const top = people.flatMap((person, n) => {
          const score = scores[at]?.[n] ?? null;
          return score === null ? [] : [[person, Number(score)] as const];
        });
        completed[index] = { kind: 't', tally: { ...before.tally, top } };
      }
      return completed;
    };
    return Promise.all(partitions.map((partition, index) => complete(partition, values[index] ?? [])));
  };

  let registered: readonly PartitionId[] = [];

  const changesSince = async (cursor: Cursor | undefined): Promise<WindowChanges> => {
    const asked = (partition: PartitionId) => changesOf(partition, cursor?.[partition]);
    // Those of the last time are asked in the same breath; the set hardly ever changes.
    const [members, ...states] = await Promise.all([redis.smembers(known), ...registered.map(asked)]);
    const before = new Map(registered.map((partition, index) => [partition, states[index]]));
    registered = members.sort();
    const found = await Promise.all(
      registered.map((partition) => (before.has(partition) ? before.get(partition) : asked(partition))),
    );
    const gone = registered.filter((_, index) => found[index] === undefined);
    if (gone.length > 0) await redis.srem(known, ...gone);
    const changes = found.filter((change) => change !== undefined);
    const partitions = changes.map(({ partition }) => partition);
    const touched = [...new Set(changes.flatMap((change) => change.touched))];
    if (touched.length === 0) return mergeChanges(changes, () => []);
    const seconds = touched.filter(isSecond);
    const counts = await Promise.all(changes.map((change) => countsOfOne(change, seconds)));
    const behind = counts.map(({ slots }) => slots);
    const slots = [...new Set([...touched.filter((name) => !isSecond(name)), ...behind.flat()])];
    const tops = await Promise.all(partitions.map((one) => slotsOf(one, slots)));
    const filled = await withCandidates(partitions, slots, tops);
    const place = new Map([...seconds, ...slots].map((name, index) => [name, index]));
    const values = counts.map((one, index) => [...one.values, ...(filled[index] ?? [])]);
    const seen = changes.map((change, index) => ({
      ...change,
      touched: [...new Set([...change.touched, ...(behind[index] ?? [])])],
    }));
    return mergeChanges(seen, (kind, name) => {
      const index = place.get(`${kind}|${name}`) ?? -1;
      return values.flatMap((ofPartition) => ofPartition[index] ?? []);
    });
  };

  return async (cursor) => {
    const [changes, reached] = await Promise.all([changesSince(cursor), redis.get(evaluated)]);
    return reached === null ? changes : { ...changes, evaluated: ms(Number(reached)) };
  };
};

/** What changed of a partition, and since when it was asked for. */
type FoundChanges = PartitionChanges & { readonly since: number | undefined };

const isSecond = (name: string): boolean => name.startsWith('b|');

const sinceIn = (since: number | undefined): [string, string] => [
  since === undefined ? '-inf' : `(${since}`,
  '+inf',
];

/** Leaves out of a first read what is no longer kept: its keys may still be there. */
const recent = (touched: string[], since: number | undefined, watermark: number): string[] =>
  since === undefined
    ? touched.filter((name) => secondOfName(name) >= watermark / 1000 - FIRST_READ)
    : touched;
