/** Would each actuator stop it? It is asked how things stand, which changes nothing; its order is shown and not sent. */
import { pino } from 'pino';
import { type Ms, ms } from '../../events/event.ts';
import type { Actuator, ActuatorOrder, Effect } from '../../respond/actuators/actuator.ts';
import { createActuators } from '../../respond/actuators/run.ts';
import { type Target, targetName } from '../../respond/target.ts';
import { failed, type StepOutcome, skipped } from './step.ts';

/**
 * Tries an actuator on the first of `targets` that it can stop: what the policy would pause, then what else may be.
 * `isPaused` says whether the provider is paused already.
 */
export const tryActuator = async (
  actuator: Actuator,
  targets: readonly [Target, ...Target[]],
  { isPaused, now }: { readonly isPaused: boolean; readonly now: Ms },
): Promise<StepOutcome> => {
  const [meant] = targets;
  const reach = actuator.reach(meant);
  const target = targets.find((one) => 'effect' in actuator.reach(one));
  if (!target) return skipped('cannot' in reach ? reach.cannot : 'it has nothing to stop');
  const shown = actuator.show(orderOn(target, now));
  if ('fault' in shown) return failed(shown.fault, 'correct its settings, or its environment');
  const note = 'cannot' in reach ? `; for ${targetName(meant)} it does nothing: ${reach.cannot}` : '';
  const [answer] = actuator.verify
    ? await createActuators(() => [actuator], { log: pino({ level: 'silent' }) }).verify(target)
    : [];
  return { ...judge(answer?.effect, target, { isPaused, note }), shows: shown.requests };
};

/** Judges what an actuator answered about `target`: it must not be stopped unless it is paused. */
const judge = (
  effect: Effect | undefined,
  target: Target,
  { isPaused, note }: { readonly isPaused: boolean; readonly note: string },
): StepOutcome => {
  const name = targetName(target);
  if (!effect) return { state: 'ok', says: `would stop ${name}; there is no way to ask${note}` };
  if (effect.kind === 'unknown')
    return failed(`cannot tell whether ${name} is stopped: it ${effect.why}${note}`, SEE_SETTINGS);
  if (effect.kind === 'in_effect' && !isPaused)
    return failed(
      `${name} is stopped there, though nothing is paused`,
      'see who stopped it, and start it again there',
    );
  const stands = effect.kind === 'in_effect' ? 'is stopped, as ordered' : 'is not stopped';
  return { state: 'ok', says: `answers: ${name} ${stands}${note}` };
};

const SEE_SETTINGS = 'check its verify, its credentials, and whether the provider answers';

const orderOn = (target: Target, now: Ms): ActuatorOrder => ({
  action: 'pause',
  target,
  incident: 'drill',
  reason: 'DRILL: nothing is wrong',
  since: ms(now),
  token: 0,
});
