/**
 * Does an order reach the senders, and is it taken back? A provider that nobody has is paused and resumed in the real
 * gate, and asked for as a sender would. The real provider is left alone.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ms, ms } from '../../events/event.ts';
import { createGateClient } from '../../respond/gate/client.ts';
import type { Pause } from '../../respond/gate/gate.ts';
import { createRedisGate } from '../../respond/gate/redis.ts';
import { targetKey } from '../../respond/target.ts';
import { callDaemon } from '../api.ts';
import type { DrillRedis } from './state.ts';
import { comesTrue, failed, type StepOutcome } from './step.ts';

/** How long (ms) until the pause of a drill that dies ends by itself. */
const ENDS_AFTER = 60_000;
const REASON = 'DRILL: nothing is wrong';

const madeUp = (provider: string) => ({ provider: `drill:${provider}` });

/** Tries the gate in Redis, with the client that senders use. */
export const tryRedisGate = async (
  { redis, prefix }: DrillRedis,
  { provider, by, at }: { readonly provider: string; readonly by: string; readonly at: Ms },
): Promise<StepOutcome> => {
  const gate = createRedisGate({ redis, prefix });
  const target = madeUp(provider);
  const client = createGateClient({ redis, prefix, whenUnknown: 'deny', refreshEvery: 250 });
  const until = ms(at + ENDS_AFTER);
  const pauseWith = (token: number): Pause => ({
    ...target,
    ...{ reason: REASON, incident: null, since: at, by, token },
    ...{ until, atEnd: 'resume', trickle: null },
  });
  const resume = async () => gate.resume(target, await gate.nextToken(), by);
  try {
    await client.ready();
    await resume();
    const token = await gate.nextToken();
    const answer = await gate.pause(pauseWith(token));
    if (answer !== 'paused') return failed(`the gate answers ${answer} to a pause`, SEE_GATE);
    if (!(await comesTrue(() => !client.may(target.provider).allowed, sleep)))
      return failed('a sender does not see the pause', SEE_SENDERS);
    if ((await redis.exists(`${prefix}:{gate}:pause:${targetKey(target)}`)) === 0)
      return failed('the key that other senders read is not there', SEE_GATE);
    const stale = await gate.resume(target, token - 1, by);
    if (stale !== 'fenced') return failed(`an older order is not refused but ${stale}`, SEE_GATE);
    if ((await resume()) !== 'resumed') return failed('the pause is not taken back', SEE_GATE);
    if (!(await comesTrue(() => client.may(target.provider).allowed, sleep)))
      return failed('a sender does not see the resume', SEE_SENDERS);
    return {
      state: 'ok',
      says: `${target.provider} was paused and resumed; a sender saw both, and an older order was refused`,
    };
  } finally {
    await client.close();
    await resume();
  }
};

const SEE_GATE = 'see who else writes under this prefix, and whether the clock of Redis was set back';
const SEE_SENDERS = 'see that senders may read the gate and subscribe to its channel';

/** Tries the daemon's own gate over HTTP, which is the gate when there is no Redis. */
export const tryDaemonGate = async (
  url: string,
  { provider, by }: { readonly provider: string; readonly by: string },
): Promise<StepOutcome> => {
  const name = encodeURIComponent(madeUp(provider).provider);
  const order = (what: 'pause' | 'resume', more: object = {}) =>
    callDaemon(url, `/v1/providers/${name}/${what}`, { reason: REASON, by, ...more });
  const allowed = async () =>
    ((await callDaemon(url, `/v1/gate/${name}`)) as { readonly allowed: boolean }).allowed;
  let paused = false;
  try {
    await order('pause', { for: `${ENDS_AFTER}ms`, atEnd: 'resume' });
    paused = true;
    if (!(await comesTrue(async () => !(await allowed()), sleep)))
      return failed('a sender does not see the pause', 'see the log of the daemon');
    await order('resume');
    paused = false;
    if (!(await comesTrue(allowed, sleep)))
      return failed('a sender does not see the resume', 'see the log of the daemon');
    return { state: 'ok', says: `${madeUp(provider).provider} was paused and resumed; a sender saw both` };
  } finally {
    if (paused) await order('resume').catch(() => undefined);
  }
};
