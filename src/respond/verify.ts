/**
 * Did it bite? After a pause the stream itself is watched: what it stops must end, but for what was on its way.
 * In: when the pause began and what its target sent, second by second. Out: a verdict. Pure; asked again every second
 * for as long as the pause stands, since what was stopped may begin anew.
 */
import type { Config } from '../config/schema.ts';
import { type Ms, type Second, second, secondOf } from '../events/event.ts';
import { type Target, targetName } from './target.ts';

export type BiteVerdict =
  /** It is too early to say. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'bites'; readonly says: string }
  /** `count` is how many messages have gone out since the grace was over. */
  | { readonly kind: 'goes_on'; readonly count: number; readonly says: string }
  /** The stream shows nothing that would tell. */
  | { readonly kind: 'unseen'; readonly says: string };

export interface Watching {
  readonly target: Target;
  readonly since: Ms;
  /** How many messages of the target were sent in [from, to]. */
  readonly sent: (from: Second, to: Second) => number;
  /** The newest second, which may still fill, and the newest that is complete. */
  readonly at: Second;
  readonly complete: Second;
  readonly now: Ms;
  readonly config: Config['respond']['bite'];
}

/** The pace before the pause is measured over so many seconds. */
const BEFORE = 300;
/** A pause bites once so many seconds were quiet. */
const QUIET = 60;
/** Fewer messages than this are stragglers. */
const FEWEST = 10;
/** Seconds after which a stream that has not moved tells nothing. */
const UNSEEN_AFTER = 120;

export const judgePause = (watching: Watching): BiteVerdict => {
  const { target, sent, at, complete, config } = watching;
  const began = secondOf(watching.since);
  const judged = second(began + config.grace / 1000 + 1);
  const pace = sent(second(began - BEFORE), second(began - 1)) / BEFORE;
  const isMuch = (count: number, seconds: number) => count >= Math.max(1, config.share * pace * seconds);
  const since = (from: number, to: number) => sent(second(Math.max(judged, from)), second(to));

  const whole = at >= judged ? since(judged, at) : 0;
  const lately = at >= judged ? since(at - QUIET + 1, at) : 0;
  const minute = Math.min(QUIET, at - judged + 1);
  if (lately > 0 && whole >= FEWEST && isMuch(lately, minute)) {
    return { kind: 'goes_on', count: whole, says: goesOn(target, whole, at - judged + 1) };
  }
  if (complete >= judged + QUIET - 1) {
    const last = since(complete - QUIET + 1, complete);
    if (last < FEWEST && !(last > 0 && isMuch(last, QUIET) && pace > 0)) {
      return { kind: 'bites', says: `the pause bites: nothing more of ${targetName(target)} for a minute` };
    }
    return { kind: 'waiting' };
  }
  const waited = secondOf(watching.now) - judged;
  if (waited < QUIET + UNSEEN_AFTER) return { kind: 'waiting' };
  return {
    kind: 'unseen',
    says: `nothing tells whether the pause of ${targetName(target)} bites: the stream has not moved since`,
  };
};

const goesOn = (target: Target, count: number, seconds: number): string =>
  `the pause does NOT bite: ${count} messages of ${targetName(target)} in ${seconds} s since it should have`;
