/**
 * Guardrails: what forbids a pause although a rule holds. In: the case and the circumstances. Out: nothing, or the
 * words that a person reads, which stay the same while they hold, so that they are told once. Pure.
 */
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type Category, type Ms, startOf } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { mainCount } from '../incidents/evidence.ts';
import type { Finding } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';
import { stops, type Target, targetName } from './target.ts';

/** How well tocsin sees at the moment. */
export interface StreamSight {
  /** Since when its windows have been whole: a restart without its past begins anew. */
  readonly since: Ms;
  /** How far the stream is behind, in ms of event time; 0 where that cannot be. */
  readonly behind: number;
  /** What stands between it and the stream. */
  readonly problems: readonly string[];
}

/** What the world is like at the moment of a decision. */
export interface DecisionContext {
  /** Pauses that stand. */
  readonly active: readonly Target[];
  /** Who is able to carry what. */
  readonly carriers: ReadonlyMap<Category, readonly string[]>;
  readonly sight: StreamSight;
  /** Who said that nothing is to be done, and why; of everything, or of one provider. */
  readonly handsOff: (provider: string) => string | undefined;
  /** Whether instances run by different configurations. */
  readonly isChanging: boolean;
  /** Whether so little can be stopped at the provider itself. */
  readonly reaches: (target: Target) => boolean;
}

export interface PauseCircumstances extends DecisionContext {
  readonly now: Ms;
  readonly config: Config['respond'];
  readonly mode: Config['mode'];
  readonly provider: ProviderConfig;
  readonly campaigns: Config['campaigns'];
  /** When tocsin paused anyone, lately. */
  readonly recentPauses: readonly Ms[];
  /** Other providers that a rule holds for at the same time. */
  readonly alsoBad: readonly string[];
}

export interface PauseCase {
  readonly target: Target;
  /** Of the rule that holds. */
  readonly evidence: readonly Finding[];
}

export type Guardrail<Known = PauseCircumstances> = (
  one: PauseCase,
  circumstances: Known,
) => string | undefined;
/** A guardrail says what it reads, so that nobody who asks it must know more. */
type Reads<Read extends keyof PauseCircumstances> = Guardrail<Pick<PauseCircumstances, Read>>;

/** What is known of a provider by the configuration, the gate and the operators, without any stream. */
export type ConfiguredCircumstances = Pick<
  PauseCircumstances,
  'active' | 'handsOff' | 'provider' | 'campaigns' | 'config' | 'carriers'
>;
/** What can be asked of a pause that is to be made wider, since it does not bite. */
export type WiderCircumstances = ConfiguredCircumstances & Pick<PauseCircumstances, 'sight'>;
/** What can be asked before anything is found. */
export type StandingCircumstances = WiderCircumstances & Pick<PauseCircumstances, 'now' | 'isChanging'>;

/** Somebody said: hands off. */
const handsOff: Reads<'handsOff'> = ({ target }, context) => {
  const said = context.handsOff(target.provider);
  return said === undefined ? undefined : `hands off: ${said}`;
};

const isPausedAlready: Reads<'active'> = ({ target }, { active }) =>
  active.some((pause) => stops(pause, target)) ? ALREADY_PAUSED : undefined;

const isProtected: Reads<'provider' | 'campaigns'> = ({ target, evidence }, { provider, campaigns }) => {
  if (provider.protected) return 'the provider is protected: only a person may pause it';
  const named = [target.campaign, ...evidence.map(({ campaign }) => campaign)];
  const one = named.find((campaign) => campaign !== undefined && campaigns[campaign]?.protected);
  return one === undefined ? undefined : `campaign ${one} is protected: only a person may pause it`;
};

/** A pause for three messages does more harm than they. */
const isEnough: Reads<'config'> = ({ evidence }, { config: { evidence: least } }) =>
  Math.max(...evidence.map(mainCount)) >= least
    ? undefined
    : `too little to act on: fewer than ${least} messages are proven`;

const isFresh: Reads<'now' | 'config'> = ({ evidence }, { now, config }) =>
  now - Math.max(...evidence.map(({ at }) => startOf(at))) <= config.freshness
    ? undefined
    : `too old to act on: the newest evidence is more than ${config.freshness / 1000} s old`;

/** What stands in a queue somewhere may be just what would speak against it. */
const isComplete: Reads<'sight' | 'config'> = (_one, { sight, config }) => {
  if (sight.problems.length > 0) return `tocsin does not see all: ${sight.problems.join('; ')}`;
  if (sight.behind <= config.freshness) return undefined;
  return `tocsin does not see all: part of the stream is more than ${config.freshness / 1000} s behind`;
};

/** After a start without a past, or with one that was lost, nobody knows what is usual. */
const isSettled: Reads<'now' | 'sight' | 'config'> = (_one, { now, sight, config }) =>
  now - sight.since >= config.settle
    ? undefined
    : `tocsin has watched for less than ${config.settle / 1000} s: what was paused stays so, nothing is added`;

const isAgreed: Reads<'isChanging'> = (_one, { isChanging }) =>
  isChanging
    ? 'instances run by different configurations: nothing is begun until the change is through'
    : undefined;

const isRare: Reads<'now' | 'recentPauses' | 'config'> = (_one, { now, recentPauses, config }) =>
  recentPauses.filter((at) => now - at < HOUR).length < config.maxPausesPerHour
    ? undefined
    : `no more than ${config.maxPausesPerHour} pauses an hour: this one is left to people`;

/** Two providers do not go wrong in the same minutes; what watches them does. */
const isAlone: Reads<'alsoBad'> = (_one, { alsoBad }) =>
  alsoBad.length === 0
    ? undefined
    : `${alsoBad.join(' and ')} looks as bad at the same time: it may be tocsin that is wrong, so nobody is paused`;

/** A code that does not come locks people out; somebody must be left who can carry it. */
export const leavesSomebody: Reads<'config' | 'carriers' | 'active'> = (
  { target },
  { config, carriers, active },
) => {
  const stopped = config.keepOneFor.filter(
    (category) => target.campaign === undefined && (target.category ?? category) === category,
  );
  const orphan = stopped.find((category) => {
    const able = carriers.get(category) ?? [];
    if (!able.includes(target.provider)) return false;
    return !able.some(
      (other) =>
        other !== target.provider && !active.some((pause) => stops(pause, { provider: other, category })),
    );
  });
  return orphan === undefined
    ? undefined
    : `nobody else is left who can carry ${orphan} messages: ${targetName(target)} is left to people`;
};

/** In the order in which they are told. */
const GUARDRAILS: readonly Guardrail[] = [
  isPausedAlready,
  handsOff,
  isProtected,
  isEnough,
  isFresh,
  isComplete,
  isSettled,
  isAgreed,
  isAlone,
  leavesSomebody,
  isRare,
];

/** Of a pause that does not bite nobody asks any more whether it is right: only how far it may go. */
const GUARDRAILS_OF_WIDER: readonly Guardrail<WiderCircumstances>[] = [
  isPausedAlready,
  handsOff,
  isProtected,
  isComplete,
  leavesSomebody,
];

const firstOf =
  <Known>(guardrails: readonly Guardrail<Known>[]): Guardrail<Known> =>
  (one, circumstances) => {
    for (const guardrail of guardrails) {
      const words = guardrail(one, circumstances);
      if (words !== undefined) return words;
    }
    return undefined;
  };

/** Why it may not be paused; undefined when nothing stands against it. */
export const forbids = firstOf(GUARDRAILS);
/** The same of a pause that is to be made wider, since it does not bite. */
export const forbidsWider = firstOf(GUARDRAILS_OF_WIDER);

/** What can stand against a pause before anything is found, by name. */
const STANDING = {
  paused: isPausedAlready,
  hands_off: handsOff,
  protected: isProtected,
  sight: isComplete,
  settling: isSettled,
  changing: isAgreed,
  last_carrier: leavesSomebody,
} as const satisfies Record<string, Guardrail<StandingCircumstances>>;

export interface Against {
  readonly guardrail: keyof typeof STANDING;
  readonly says: string;
}

const names = Object.keys(STANDING) as readonly Against['guardrail'][];
/** Of those, the ones that no stream is needed for. */
const CONFIGURED = ['paused', 'hands_off', 'protected', 'last_carrier'] as const;

/** All that stands against a pause of `target` as things are, whatever would be found. */
export const activeAgainst = (target: Target, circumstances: StandingCircumstances): readonly Against[] =>
  names.flatMap((guardrail) =>
    against(guardrail, STANDING[guardrail]({ target, evidence: [] }, circumstances)),
  );

/** The part of it that is known while no daemon can be asked. */
export const configuredAgainst = (target: Target, known: ConfiguredCircumstances): readonly Against[] =>
  CONFIGURED.flatMap((guardrail) => against(guardrail, STANDING[guardrail]({ target, evidence: [] }, known)));

const against = (guardrail: Against['guardrail'], says: ReturnType<Guardrail>): readonly Against[] =>
  says === undefined ? [] : [{ guardrail, says }];
