/**
 * How a pause ends: by a person, or when its time is over. Then it stays, is lifted, or is probed first: a trickle is
 * let through and judged, half-open as a circuit breaker (Nygard, Release It!, 2007). In: a pause and what is known.
 * Out: its next turn. Pure.
 */
import type { Config } from '../config/schema.ts';
import { type Duration, duration, type Ms, ms, startOf } from '../events/event.ts';
import { DAY } from '../events/time.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import { type Pause, POLICY } from './gate/gate.ts';
import { type Target, targetKey, targetName } from './target.ts';

export type Turn =
  | { readonly kind: 'none' }
  | { readonly kind: 'resume'; readonly why: string }
  /** Lets a trickle of so many messages a minute through, until then. */
  | { readonly kind: 'probe'; readonly trickle: number; readonly until: Ms; readonly why: string }
  /** Ends the trickle, and pauses all of the target again. */
  | { readonly kind: 'stop'; readonly until: Ms; readonly why: string }
  /** Its time is over, and it stays until a person ends it. */
  | { readonly kind: 'stay'; readonly why: string };

const NONE: Turn = { kind: 'none' };

export const turnOf = (
  pause: Pause,
  parts: {
    readonly now: Ms;
    /** The incident that the pause was made for, if it is still known. */
    readonly incident: Incident | undefined;
    readonly config: Config['respond']['pause'];
    /** How long a pause made now would last. */
    readonly next: Duration;
  },
): Turn => {
  const { now, incident, config, next } = parts;
  const { until, atEnd, trickle } = pause;
  const name = targetName(pause);
  if (until === null) return NONE;
  if (trickle !== null) {
    const began = until - config.probe.lasts;
    const worse = incident?.findings.find(
      ({ latest }) => latest.strength === 'strong' && latest.since > began && startOf(latest.at) > began,
    );
    if (worse) {
      return { kind: 'stop', until: ms(now + next), why: `the trickle was as bad: ${worse.latest.says}` };
    }
    return now < until ? NONE : { kind: 'resume', why: `the trickle of ${name} was ordinary` };
  }
  if (now < until) return NONE;
  if (atEnd === 'stay') return { kind: 'stay', why: `the time of this pause is over; ${name} stays paused` };
  if (incident && wasByNight(incident) && !config.endNights) {
    return { kind: 'stay', why: `it was in forbidden hours: ${name} stays paused until a person ends it` };
  }
  if (atEnd === 'resume') return { kind: 'resume', why: 'its time is over' };
  const { lasts, trickle: most } = config.probe;
  return { kind: 'probe', trickle: most, until: ms(now + lasts), why: `its time is over: ${name} is probed` };
};

const wasByNight = ({ findings }: Incident): boolean =>
  findings.some(({ latest }) => latest.detector === 'quiet_hours' && latest.strength === 'strong');

/** How long a pause lasts: twice as long for each one of the same that policy has made within a day. */
export const lengthOf = (
  target: Target,
  parts: {
    readonly now: Ms;
    readonly actions: readonly Action[];
    readonly config: Config['respond']['pause'];
  },
): Duration => {
  const { now, actions, config } = parts;
  const before = actions.filter(
    (one) =>
      one.action === 'pause' &&
      one.by === POLICY &&
      one.state === 'done' &&
      now - one.at < DAY &&
      targetKey(one) === targetKey(target),
  );
  // A pause that was cut short and then finished is written down twice, with the same time.
  const times = new Set(before.map(({ at }) => at)).size;
  return duration(Math.min(config.longest, config.for * 2 ** times));
};
