/** The probes: they ask every part what it sees of the stream at an instant. In: the parts. Out: what is in the way. */
import type { Config } from '../config/schema.ts';
import type { Engine } from '../detect/engine.ts';
import { type Ms, ms, second, secondOf, startOf } from '../events/event.ts';
import type { Intake } from '../intake/intake.ts';
import { isWhole, type Target } from '../respond/target.ts';
import type { Delays } from '../windows/delays.ts';
import type { View } from '../windows/view.ts';
import type { Symptom } from './blindness.ts';
import { symptomsOf } from './symptoms.ts';

/** A silence is told from this long on, in seconds: what is on its way may take as long. */
const SHORTEST = 30;

export const createProbes = (parts: {
  readonly config: Config;
  readonly intake: Pick<Intake, 'isFed' | 'lag' | 'found' | 'waiting' | 'arrived'>;
  readonly view: View;
  readonly engine: Engine;
  readonly delays: Pick<Delays, 'of' | 'providers'>;
  readonly pauses: () => readonly Target[];
  /** Only the instance that evaluates knows what is usual. */
  readonly leading: () => boolean;
  /** Why the last look at the store failed. */
  readonly storeProblem: () => string | undefined;
  /** When this process began. */
  readonly since: Ms;
}): ((now: Ms) => Symptom[]) => {
  const { config, intake, view, engine, delays } = parts;

  /** Since when nothing has come; undefined while that is not unusual, or the stream has not been read to its end. */
  const silentSince = (now: Ms): Ms | undefined => {
    if (!parts.leading() || !intake.isFed() || intake.lag() > 0 || intake.found().length > 0)
      return undefined;
    const from = second((view.head ?? secondOf(parts.since)) + 1);
    const to = second(secondOf(ms(now - config.windows.lateness)) - 1);
    if (to - from < SHORTEST) return undefined;
    const paused = new Set(parts.pauses().flatMap((one) => (isWhole(one) ? [one.provider] : [])));
    return engine.isSilent(from, to, (provider) => paused.has(provider)) ? startOf(from) : undefined;
  };

  const delaysAt = (now: Ms) =>
    new Map(delays.providers().map((provider) => [provider, delays.of(provider, now)] as const));

  return (now) => {
    const failed = parts.storeProblem();
    const readings = {
      problems: [
        ...intake.found(),
        ...(failed === undefined ? [] : [{ about: 'store', text: failed } as const]),
      ],
      waiting: intake.waiting(),
      arrived: intake.arrived(now),
      silence: silentSince(now),
      // Each instance knows the same; the one that leads has known it for the longest.
      delays: parts.leading() ? delaysAt(now) : undefined,
    };
    return symptomsOf(readings, config.blindness);
  };
};
