/**
 * The store in Redis, one server or a Cluster: the keys of a partition share a hash tag, so that a batch and its
 * offset are one script on one node. Every key expires.
 */
import { DAY_SECONDS } from '../../events/time.ts';
import { loadScript } from '../../runtime/lua.ts';
import { answersOf, type RedisClient } from '../../runtime/redis.ts';
import { createRedisRead } from './redis-read.ts';
import { consentOf } from './redis-replies.ts';
import {
  ANNOUNCED_KEPT,
  ANNOUNCED_LIMIT,
  type ApplyResult,
  type FoldedBatch,
  KEEP,
  type PartitionId,
  RETURNED_LIMIT,
  type RecordFingerprint,
  TALLY_LIMIT,
  WITHDRAWN_LIMIT,
  type WindowStore,
} from './store.ts';

/** How long windows are kept, in seconds: half an hour beyond their use. */
const WINDOWS_KEPT = KEEP / 1000 + 1_800;
/** How long offsets and consent are kept, in seconds, so that a long weekend without tocsin loses none. */
const STATE_KEPT = 8 * DAY_SECONDS;
/** The most seconds and slots of which a reader can be told that they changed; before these it reads everything. */
const TOUCHED_LIMIT = 20_000;

/** The store under `prefix`. Its functions reject when Redis does not answer; nothing is half applied then. */
export const createRedisStore = (parts: { redis: RedisClient; prefix: string }): WindowStore => {
  const { redis, prefix } = parts;
  const key = (partition: PartitionId, name: string) => `${prefix}:{${partition}}:${name}`;
  const known = `${prefix}:partitions`;
  const evaluated = `${prefix}:evaluated`;
  const claimPartition = loadScript(redis, new URL('./claim.lua', import.meta.url));
  const applyBatch = loadScript(redis, new URL('./apply.lua', import.meta.url));

  /**
   * Puts a partition among those that are read; done with every batch, since the set must not expire under a partition
   * that is claimed once and read for months.
   */
  const register = async (partition: PartitionId): Promise<void> => {
    answersOf(await redis.pipeline().sadd(known, partition).expire(known, STATE_KEPT).exec());
  };

  return {
    claim: async (partition) => {
      await register(partition);
      const answer = await claimPartition([key(partition, 'state')], [STATE_KEPT]);
      const [epoch, next, mark] = answer as [number, string, string];
      return { epoch, next: Number(next), fingerprint: fingerprintFrom(mark) };
    },
    consent: async (partition) => {
      const replies = await redis
        .pipeline()
        .zrange(key(partition, 'withdrawn'), '0', '-1', 'WITHSCORES')
        .hgetall(key(partition, 'asked'))
        .zrange(key(partition, 'returned'), '0', '-1', 'WITHSCORES')
        .exec();
      const [withdrawn, asked, returned] = answersOf(replies) as [string[], Record<string, string>, string[]];
      return consentOf({ withdrawn, asked, returned });
    },
    apply: async (batch) => {
      const { keys, payload } = encode(batch, (name) => key(batch.partition, name));
      const kept = [
        WINDOWS_KEPT,
        STATE_KEPT,
        TALLY_LIMIT,
        TOUCHED_LIMIT,
        ANNOUNCED_KEPT,
        ANNOUNCED_LIMIT,
        WITHDRAWN_LIMIT,
        RETURNED_LIMIT,
      ];
      const [answer] = await Promise.all([applyBatch(keys, [payload, ...kept]), register(batch.partition)]);
      return resultOf(answer as [string, string?]);
    },
    read: createRedisRead({ redis, known, evaluated, key }),
    evaluated: async (at) => {
      await redis.set(evaluated, at, 'EX', STATE_KEPT);
    },
    close: async () => {},
  };
};

/** A batch as apply.lua takes it: keys and a payload that names them in the same order. */
const encode = (batch: FoldedBatch, key: (name: string) => string): { keys: string[]; payload: string } => {
  const keys = [
    key('state'),
    key('touched'),
    key('samples'),
    key('announced'),
    key('withdrawn'),
    key('asked'),
    key('returned'),
  ];
  const named = (name: string, ...more: string[]) => {
    keys.push(key(name), ...more.map(key));
    return name;
  };
  const flat = (map: ReadonlyMap<string | number, string | number>) => [...map].flat();
  const payload = JSON.stringify([
    batch.epoch,
    batch.from,
    batch.next,
    batch.watermark,
    [...batch.counts].map(([at, counts]) => [named(`b|${at}`), ...flat(counts)]),
    [...batch.distinct].map(([slot, ranks]) => [named(`d|${slot}`), ...flat(ranks)]),
    [...batch.tallies].map(([slot, people]) => [named(`t|${slot}`, `u|${slot}`), ...flat(people)]),
    flat(batch.samples),
    [...batch.announced].flatMap(([id, one]) => [id, one.at, JSON.stringify(one)]),
    [...batch.consent.withdrawn].flatMap(([person, { at, asked }]) => [person, at, asked ?? '']),
    flat(batch.consent.returned),
    batch.fingerprint ? `${batch.fingerprint.offset}:${batch.fingerprint.crc}` : '',
  ]);
  return { keys, payload };
};

const fingerprintFrom = (text: string): RecordFingerprint | undefined => {
  const [offset, crc] = text.split(':').map(Number);
  return offset === undefined || crc === undefined ? undefined : { offset, crc };
};

const resultOf = ([kind, value]: [string, string?]): ApplyResult => {
  switch (kind) {
    case 'applied':
      return { kind };
    case 'fenced':
      return { kind, epoch: Number(value) };
    case 'redelivered':
    case 'overlap':
    case 'gap':
      return { kind, next: Number(value) };
    default:
      throw new Error(
        `apply.lua answered ${kind}: the script and this version of tocsin do not belong together`,
      );
  }
};
