/**
 * The gate for a sender's own code: ask `may(message)` before each message; it answers from memory, at once.
 * In: the Redis that tocsin uses. Out: whether a message may be sent.
 *
 *     import { Redis } from 'ioredis';
 *     import { createGateClient } from 'tocsin/gate';
 *
 *     const gate = createGateClient({ redis: new Redis(), whenUnknown: 'allow' });
 *     await gate.ready();
 *     if (gate.may({ provider: 'alpha', category: 'marketing', campaign: 'spring' }).allowed) await send(message);
 */
import { z } from 'zod';
import type { RedisClient } from '../../runtime/redis.ts';
import { type Message, targetKey } from '../target.ts';
import { type Pause, pauseSchema } from './gate.ts';
import { createHalfOpenProbe, type HalfOpenProbe } from './half-open.ts';

export { dropExpired, paced } from './held-back.ts';

export interface GateClientOptions {
  /** The connection is yours to create and to close; the client adds one of its own, for messages. */
  readonly redis: RedisClient;
  /** The same as `redis.prefix` in tocsin's configuration. */
  readonly prefix?: string;
  /** What to answer about a provider while the gate cannot be read; a known pause holds regardless. */
  readonly whenUnknown: 'allow' | 'deny';
  /** How often the whole list is read again, in ms; orders come at once by themselves. */
  readonly refreshEvery?: number;
  /** A list older than this, in ms, is no longer trusted to be all. */
  readonly staleAfter?: number;
  /** Is told of every failed reading; the client goes on by itself. */
  readonly onError?: (error: Error) => void;
}

/** `paused` says since when (`since`, epoch ms) and why; with `allowed` it is being probed, and this one may go. */
export interface GateAnswer extends HalfOpenProbe {
  /** False while Redis has been away for longer than `staleAfter`, or was never reached. */
  readonly known: boolean;
}

export interface GateClient {
  /**
   * Ask once a message, right before it is sent: one that a trickle lets through has taken its turn. The trickle is
   * counted in this process alone. A pause of a category or of a campaign stops only messages that name it; the name
   * of a provider alone asks for a message of neither.
   */
  may(message: Message | string): GateAnswer;
  /** Resolves once the list has been read; rejects when the client is closed before. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

/** What an order on the channel tells: a pause is told whole. */
const orderSchema = pauseSchema
  .pick({ provider: true, category: true, campaign: true })
  .extend({ paused: z.boolean() });

export const createGateClient = (options: GateClientOptions): GateClient => {
  const { redis, prefix = 'tocsin', whenUnknown, refreshEvery = 1_000, staleAfter = 10_000 } = options;
  const channel = `${prefix}:gate`;
  let pauses = new Map<string, Pause>();
  const passage = createHalfOpenProbe();
  let readAt: number | undefined;
  let messages = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const first = deferred();
  first.promise.catch(() => undefined);

  const fail = (error: unknown): void => {
    if (!closed) options.onError?.(error instanceof Error ? error : new Error(String(error)));
  };

  const refresh = async (): Promise<void> => {
    const heard = messages;
    const [listed, seen] = await readGate(redis, prefix);
    // An order that came meanwhile is newer than what was read.
    if (heard !== messages) return;
    for (const [key, pause] of pauses) {
      if (!listed.has(key) && !wasResumed(pause, seen[key])) listed.set(key, pause);
    }
    pauses = listed;
    readAt = performance.now();
    first.resolve();
  };

  const subscriber = (redis as { duplicate(): RedisClient }).duplicate();
  subscriber.on('error', fail);
  subscriber.on('message', (_channel: string, text: string) => {
    try {
      const order: unknown = JSON.parse(text);
      const { paused, ...target } = orderSchema.parse(order);
      if (paused) pauses.set(targetKey(target), pauseSchema.parse(order));
      else pauses.delete(targetKey(target));
      messages += 1;
    } catch (error) {
      fail(error);
    }
  });
  subscriber.subscribe(channel).catch(fail);

  const loop = async (): Promise<void> => {
    await refresh().catch(fail);
    if (!closed) timer = setTimeout(loop, refreshEvery);
  };
  void loop();

  return {
    may: (asked) => {
      const now = performance.now();
      const known = readAt !== undefined && now - readAt <= staleAfter;
      const message = typeof asked === 'string' ? { provider: asked } : asked;
      const answer = passage(pauses.values(), message, now);
      // Nobody judges a probe while the gate cannot be read: nothing is let through for it.
      const trusted = known || (whenUnknown === 'allow' && !answer.paused);
      return { ...answer, allowed: answer.allowed && trusted, known };
    },
    ready: () => first.promise,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      subscriber.disconnect();
      first.reject(new Error('the gate client was closed'));
    },
  };
};

/** What is paused, and the last order each target has had, as of one instant. */
const readGate = async (
  redis: RedisClient,
  prefix: string,
): Promise<[Map<string, Pause>, Record<string, string>]> => {
  const replies = await redis
    .multi()
    .hgetall(`${prefix}:{gate}:paused`)
    .hgetall(`${prefix}:{gate}:seen`)
    .exec();
  const [paused, seen] = (replies ?? []).map(([error, reply]) => {
    if (error) throw error;
    return reply as Record<string, string>;
  });
  if (!paused || !seen) throw new Error('Redis gave up the reading');
  const listed = Object.values(paused).map((text) => pauseSchema.parse(JSON.parse(text)));
  return [new Map(listed.map((pause) => [targetKey(pause), pause])), seen];
};

/** A pause that is gone without an order after it was lost with Redis's data: it holds. */
const wasResumed = (pause: Pause, lastToken: string | undefined): boolean =>
  lastToken !== undefined && Number(lastToken) !== pause.token;

const deferred = () => {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};
