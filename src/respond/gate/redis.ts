/**
 * The gate in Redis. Its keys never expire: a pause stays until someone ends it.
 * `<prefix>:{gate}:pause:<target>` is there while a target is paused, as JSON (see respond/target.ts for the keys of
 * targets: "alpha", "alpha,category=marketing", "alpha,campaign=spring"). A sender in any language MGETs the three keys
 * that its message may be stopped by: its provider's, its category's, its campaign's; none there, and it may be sent.
 * The hash `<prefix>:{gate}:paused` has them all; every order is told on the channel `<prefix>:gate`.
 * While `<prefix>:{gate}:hands-off` is there, whatever its value, tocsin's own orders are refused: anybody may SET it.
 * `<prefix>:{gate}:mode` is the mode that a person set, as JSON or as the bare word.
 */
import { MODES } from '../../config/mode.ts';
import { loadScript, type Script } from '../../runtime/lua.ts';
import type { RedisClient } from '../../runtime/redis.ts';
import { type Target, targetKey, targetOf } from '../target.ts';
import {
  type ChangeResult,
  type Gate,
  type HandsOff,
  handsOffSchema,
  type ModeSet,
  modeSetSchema,
  type PauseResult,
  pauseSchema,
  type ResumeResult,
} from './gate.ts';
import { bySince } from './memory.ts';

export const createRedisGate = (parts: { redis: RedisClient; prefix: string }): Gate => {
  const { redis, prefix } = parts;
  const scripts = {
    nextToken: loadScript(redis, new URL('./next-token.lua', import.meta.url)),
    pause: loadScript(redis, new URL('./pause.lua', import.meta.url)),
    resume: loadScript(redis, new URL('./resume.lua', import.meta.url)),
    change: loadScript(redis, new URL('./change.lua', import.meta.url)),
  };
  const key = (name: string) => `${prefix}:{gate}:${name}`;
  const paused = key('paused');
  const handsOff = key('hands-off');
  const mode = key('mode');
  /** Runs a script on one target; the scripts say what they are given. */
  const order = (script: Script, target: Target, token: number, by: string, ...more: string[]) => {
    const name = targetKey(target);
    const keys = [paused, key('seen'), key(`pause:${name}`), handsOff];
    return script(keys, [name, token, by, `${prefix}:gate`, ...more]);
  };
  return {
    nextToken: async () => Number(await scripts.nextToken([key('token')])),
    pause: async (pause) => {
      const texts = [JSON.stringify({ ...pause, paused: true }), JSON.stringify(pause)];
      return (await order(scripts.pause, pause, pause.token, pause.by, ...texts)) as PauseResult;
    },
    resume: async (target, token, by) => {
      const message = JSON.stringify({ ...targetOf(target), token, paused: false });
      return (await order(scripts.resume, target, token, by, message)) as ResumeResult;
    },
    change: async (pause, by) => {
      const texts = [JSON.stringify({ ...pause, paused: true }), JSON.stringify(pause)];
      return (await order(scripts.change, pause, pause.token, by, ...texts)) as ChangeResult;
    },
    list: async () =>
      (await redis.hvals(paused)).map((text) => pauseSchema.parse(JSON.parse(text))).sort(bySince),
    handsOff: async () => handsOffIn(await redis.get(handsOff)),
    setHandsOff: async (value) => {
      await (value === null ? redis.del(handsOff) : redis.set(handsOff, JSON.stringify(value)));
    },
    mode: async () => modeSetIn(await redis.get(mode)),
    setMode: async (set) => {
      await (set === null ? redis.del(mode) : redis.set(mode, JSON.stringify(set)));
    },
    close: async () => {},
  };
};

/** What cannot be read is dry-run: whoever set it by hand hardly meant to arm. */
const modeSetIn = (text: string | null): ModeSet | null => {
  if (text === null) return null;
  try {
    return modeSetSchema.parse(JSON.parse(text));
  } catch {
    const mode = MODES.find((one) => one === text) ?? 'dry-run';
    return { mode, over: null, by: 'somebody, in Redis', reason: text || 'none given', since: null };
  }
};

/** Whatever is in the key counts; one who set it by hand need not know its form. */
const handsOffIn = (text: string | null): HandsOff | null => {
  if (text === null) return null;
  try {
    return handsOffSchema.parse(JSON.parse(text));
  } catch {
    return { by: 'somebody, in Redis', reason: text || 'none given', since: null };
  }
};
