/**
 * Health: how well tocsin works, as readiness, metrics and the live view tell it. In: what every part says of itself
 * when it is asked. Out: what stands in the way, what is not seen, and how much waits.
 */
import type { Config } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import { MINUTE_SECONDS } from '../events/time.ts';
import { crowdSays } from '../fold/cardinality.ts';
import type { Intake } from '../intake/intake.ts';
import type { IntakeProblem } from '../intake/problems.ts';
import type { View } from '../windows/view.ts';
import type { Cause } from './blindness.ts';
import { blindSays } from './messages.ts';
import type { HealthMonitor } from './monitor.ts';
import type { Health } from './report.ts';
import { CAUSE_OF } from './symptoms.ts';

type Says = () => string | undefined;

export const createHealth = (parts: {
  readonly config: Config;
  readonly intake: Intake;
  readonly view: Pick<View, 'watermark' | 'providers' | 'behind' | 'tooLate'>;
  readonly monitor: Pick<HealthMonitor, 'problems' | 'blind'>;
  readonly store: Says;
  readonly delivery: Says;
  readonly heartbeat: Says;
  /** How many alerts wait in the outbox. */
  readonly waiting: () => number;
  readonly clock: Clock;
}): (() => Health) => {
  const { config, intake, view, monitor, clock } = parts;

  /** Says that the stream is behind when nobody is paused any more for what is read. */
  const behind = (): string | undefined => {
    if (!config.intake.kafka) return undefined;
    const { freshness } = config.respond;
    const isBehind = view.watermark === undefined ? intake.lag() > 0 : clock() - view.watermark > freshness;
    return isBehind ? `behind: what is watched happened more than ${freshness / 1_000} s ago` : undefined;
  };

  /** What has lasted is told with its beginning by the monitor, and not once more without. */
  const untold = (problems: readonly IntakeProblem[]): string[] => {
    const told = new Set<Cause | undefined>(monitor.blind().map(({ cause }) => cause));
    return problems.flatMap(({ about, text }) => (told.has(CAUSE_OF[about]) ? [] : [text]));
  };

  return () => ({
    problems: [
      ...monitor.problems(),
      ...untold(said(parts.store()).map((text) => ({ about: 'store', text }))),
      ...said(parts.delivery()),
      ...untold(intake.found()),
      ...said(behind()),
    ],
    warnings: [
      ...said(parts.heartbeat()),
      ...monitor.blind().flatMap((one) => (one.provider === undefined ? [] : [blindSays(one)])),
      ...trailing(view),
      ...intake.unreadable(),
      ...intake.cardinality.crowds().map((crowd) => crowdSays(crowd, config.windows.names)),
    ],
    namesBeyond: intake.cardinality.others,
    tooLate: [...view.tooLate()].map(([provider, late]) => ({ provider, ...late })),
    blind: monitor.blind().map(({ cause, provider, since, says }) => ({ cause, provider, since, says })),
    eventsCounted: intake.counted().events,
    otherChannels: Object.fromEntries(intake.otherChannels()),
    deadLetters: intake.counted().rejected,
    outbox: parts.waiting(),
    lag: intake.lag(),
  });
};

const said = (one: string | undefined): string[] => (one === undefined ? [] : [one]);

/** A provider that trails the others by so many seconds is told of. */
const TRAILS = 60;

/** Whose reports come late, or whose clock is slow; and what came so late that it was counted and not looked at. */
const trailing = ({
  providers,
  behind,
  tooLate,
}: Pick<View, 'providers' | 'behind' | 'tooLate'>): string[] => {
  const late = [...providers()].flatMap((provider) => {
    const seconds = behind(provider);
    if (seconds < TRAILS) return [];
    const minutes = Math.round(seconds / MINUTE_SECONDS);
    return `${provider}’s reports come ${minutes} min behind the others’, or its clock is slow: it is watched by its own time`;
  });
  const beyond = [...tooLate()].map(
    ([provider, { events, seconds }]) =>
      `${provider}: ${events} events of the last hour came up to ${Math.round(seconds / MINUTE_SECONDS)} min late: they are counted, in the campaigns’ ledgers too, and were not looked at`,
  );
  return [...late, ...beyond];
};
