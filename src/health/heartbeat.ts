/**
 * The heartbeat, a dead man's switch: a request to an address that raises the alarm when none comes for a while.
 * In: whether all is well, asked each time. Out: one request a turn, never two at once; a failure is said once and
 * holds nothing up.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Duration } from '../events/event.ts';
import { failureCodeOf } from '../runtime/errors.ts';
import { every } from '../runtime/loop.ts';

type HeartbeatSettings = NonNullable<Config['notify']['heartbeat']>;

/** Requests that are tried in one turn before it is given up. */
const TRIES = 3;

export interface Heartbeat {
  /** Sends one heartbeat; never rejects. Answers whether it was taken; undefined when there was nothing to send. */
  beat(): Promise<boolean | undefined>;
  /** Why nobody takes the heartbeat; undefined while it is taken. */
  readonly problem: () => string | undefined;
  start(): { stop(): Promise<void> };
}

export const createHeartbeat = (parts: {
  /** Its address with everything filled in: it may be a secret, and only its host is shown. */
  readonly url: string;
  readonly settings: Pick<HeartbeatSettings, 'every' | 'method' | 'timeout'>;
  /** Whether this instance evaluates and sees; when it does not, nothing is sent, so that the alarm is raised. */
  readonly isWell: () => boolean;
  readonly log: Logger;
  /** The wait between two tries. Default: a tenth of a turn. */
  readonly pause?: Duration;
}): Heartbeat => {
  const { url, settings, isWell, log } = parts;
  const { host } = new URL(url);
  const pause = parts.pause ?? settings.every / 10;
  const stopped = new AbortController();
  let problem: string | undefined;

  /** Sends one request. Answers why it was not taken; undefined when it was. */
  const send = async (): Promise<string | undefined> => {
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(settings.timeout)]);
    try {
      const answer = await fetch(url, { method: settings.method, redirect: 'manual', signal });
      await answer.body?.cancel();
      return answer.ok ? undefined : `HTTP ${answer.status}`;
    } catch (error) {
      return failureCodeOf(error);
    }
  };

  const say = (why: string | undefined): void => {
    const text =
      why && `the heartbeat does not reach ${host} (${why}); whoever waits for it will raise the alarm`;
    if (text && !problem) log.error(text);
    if (!text && problem) log.info({ host }, 'the heartbeat is taken again');
    problem = text;
  };

  const beat = async (): Promise<boolean | undefined> => {
    for (let left = TRIES; isWell() && !stopped.signal.aborted; left--) {
      const why = await send();
      if (why === undefined || left === 1) {
        if (!stopped.signal.aborted) say(why);
        return why === undefined;
      }
      await sleep(pause, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    return undefined;
  };

  return {
    beat,
    problem: () => problem,
    start: () => {
      const loop = every(settings.every, async () => void (await beat()));
      return {
        stop: async () => {
          stopped.abort();
          await loop.stop();
        },
      };
    },
  };
};
