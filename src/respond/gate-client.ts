/**
 * The gate for a sender's own code: ask `may(provider)` before each message; it answers from memory, at once.
 * In: the Redis that tocsin uses. Out: whether a provider may be sent through.
 *
 *     import { Redis } from 'ioredis';
 *     import { createGateClient } from 'tocsin/gate';
 *
 *     const gate = createGateClient({ redis: new Redis(), whenUnknown: 'allow' });
 *     await gate.ready();
 *     if (gate.may('alpha').allowed) await send(message);
 */
import type { Cluster, Redis } from 'ioredis';

export interface GateClientOptions {
  /** Yours to create and to close; the client adds one connection of its own, for messages. */
  readonly redis: Redis | Cluster;
  /** As in tocsin's configuration, `redis.prefix`. */
  readonly prefix?: string;
  /** What to answer about a provider while the gate cannot be read; a known pause holds regardless. */
  readonly whenUnknown: 'allow' | 'deny';
  /** How often the whole list is read again, in ms; orders come at once by themselves. */
  readonly refreshEvery?: number;
  /** A list older than this, in ms, is no longer trusted to be all. */
  readonly staleAfter?: number;
  /** Told of every failed reading; the client goes on by itself. */
  readonly onError?: (error: Error) => void;
}

export interface GateAnswer {
  readonly allowed: boolean;
  /** Why not; absent when nobody paused it. `since` is epoch ms. */
  readonly paused?: { readonly reason: string; readonly incident: string | null; readonly since: number };
  /** False while Redis has been away for longer than `staleAfter`, or was never reached. */
  readonly known: boolean;
}

export interface GateClient {
  may(provider: string): GateAnswer;
  /** Resolves once the list has been read; rejects when the client is closed before. */
  ready(): Promise<void>;
  close(): Promise<void>;
}

interface KnownPause {
  readonly reason: string;
  readonly incident: string | null;
  readonly since: number;
  readonly token: number;
}

type Message = { readonly provider: string; readonly paused: boolean } & KnownPause;

export const createGateClient = (options: GateClientOptions): GateClient => {
  const { redis, prefix = 'tocsin', whenUnknown, refreshEvery = 1_000, staleAfter = 10_000 } = options;
  const channel = `${prefix}:gate`;
  let pauses = new Map<string, KnownPause>();
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
    for (const [provider, pause] of pauses) {
      if (!listed.has(provider) && !wasResumed(pause, seen[provider])) listed.set(provider, pause);
    }
    pauses = listed;
    readAt = performance.now();
    first.resolve();
  };

  const subscriber = (redis as { duplicate(): Redis | Cluster }).duplicate();
  subscriber.on('error', fail);
  subscriber.on('message', (_channel: string, text: string) => {
    try {
      const { provider, paused, reason, incident, since, token } = JSON.parse(text) as Message;
      messages += 1;
      if (paused) pauses.set(provider, { reason, incident, since, token });
      else pauses.delete(provider);
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
    may: (provider) => {
      const known = readAt !== undefined && performance.now() - readAt <= staleAfter;
      const pause = pauses.get(provider);
      if (pause) {
        const { reason, incident, since } = pause;
        return { allowed: false, paused: { reason, incident, since }, known };
      }
      return { allowed: known || whenUnknown === 'allow', known };
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

/** Who is paused, and the last order each provider has had, as of one instant. */
const readGate = async (
  redis: Redis | Cluster,
  prefix: string,
): Promise<[Map<string, KnownPause>, Record<string, string>]> => {
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
  const entries = Object.entries(paused).map(([provider, text]) => [provider, JSON.parse(text)] as const);
  return [new Map<string, KnownPause>(entries), seen];
};

/** A pause that is gone without an order after it was lost with Redis's data: it holds. */
const wasResumed = (pause: KnownPause, lastToken: string | undefined): boolean =>
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
