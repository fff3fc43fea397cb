/**
 * The gate in Redis. Its keys never expire: a pause stays until someone ends it.
 * `<prefix>:{gate}:pause:<provider>` is there while a provider is paused, as JSON: any sender may GET it, in any
 * language. The hash `<prefix>:{gate}:paused` has them all; every order is told on the channel `<prefix>:gate`.
 */
import { readFileSync } from 'node:fs';
import type { Cluster, Redis } from 'ioredis';
import type { Gate, Pause, PauseResult, ResumeResult } from './gate.ts';

const script = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const PAUSE = script('./pause.lua');
const RESUME = script('./resume.lua');

export const createRedisGate = (parts: { redis: Redis | Cluster; prefix: string }): Gate => {
  const { redis, prefix } = parts;
  const paused = `${prefix}:{gate}:paused`;
  const own = (provider: string) => `${prefix}:{gate}:pause:${provider}`;
  const seen = `${prefix}:{gate}:seen`;
  const lastToken = `${prefix}:{gate}:token`;
  const channel = `${prefix}:gate`;
  return {
    nextToken: () => redis.incr(lastToken),
    pause: async (pause) => {
      const message = JSON.stringify({ ...pause, paused: true });
      const order = [pause.provider, pause.token, JSON.stringify(pause), channel, message];
      return (await redis.eval(PAUSE, 3, paused, seen, own(pause.provider), ...order)) as PauseResult;
    },
    resume: async (provider, token) => {
      const message = JSON.stringify({ provider, token, paused: false });
      const keys = [paused, seen, own(provider)];
      return (await redis.eval(RESUME, 3, ...keys, provider, token, channel, message)) as ResumeResult;
    },
    list: async () => inOrder((await redis.hvals(paused)).map((text) => JSON.parse(text) as Pause)),
    close: async () => {},
  };
};

const inOrder = (pauses: Pause[]): Pause[] =>
  pauses.sort((a, b) => a.since - b.since || (a.provider < b.provider ? -1 : 1));
