/**
 * Guardrails: what forbids a pause although a rule holds. In: the case and the circumstances. Out: nothing, or a
 * refusal, whose code and detail stay the same while it holds, so that it is told once. Pure.
 */
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type Category, type Ms, startOf } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { ALREADY_PAUSED, type Refusal } from '../incidents/action.ts';
import { mainCount } from '../incidents/evidence.ts';
import type { Finding } from '../incidents/incident.ts';
import { stops, type Target, targetName } from './target.ts';

/** How well tocsin sees at the moment. */
export interface StreamSight {
  /** Since when its windows have been whole; after a restart without its past they begin anew. */
  readonly since: Ms;
  /** How far the stream is behind, in ms of event time; 0 where it cannot be behind. */
  readonly behind: number;
  /** What stands between it and the stream. */
  readonly problems: readonly string[];
}

/** What the world is like at the moment of a decision. */
export interface DecisionContext {
  /** The targets whose pauses stand. */
  readonly active: readonly Target[];
  /** Which providers are able to carry each category. */
  readonly carriers: ReadonlyMap<Category, readonly string[]>;
  readonly sight: StreamSight;
  /** Who said that nothing is to be done, and why; of everything, or of one provider. */
  readonly handsOff: (provider: string) => string | undefined;
  /** Whether instances run by different configurations. */
  readonly isChanging: boolean;
  /** By how much a provider's reports always come late, or its clock is slow, in ms; 0 while that is not known. */
  readonly usualDelay: (provider: string) => number;
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
  /** The findings by which the rule holds. */
  readonly evidence: readonly Finding[];
}

export type Guardrail<Known = PauseCircumstances> = (
  one: PauseCase,
  circumstances: Known,
) => Refusal | undefined;
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

const handsOff: Reads<'handsOff'> = ({ target }, context) => {
  const said = context.handsOff(target.provider);
  return said === undefined ? undefined : { code: 'hands_off', detail: said, says: `hands off: ${said}` };
};

const isPausedAlready: Reads<'active'> = ({ target }, { active }) =>
  active.some((pause) => stops(pause, target)) ? ALREADY_PAUSED : undefined;

const isProtected: Reads<'provider' | 'campaigns'> = ({ target, evidence }, { provider, campaigns }) => {
  if (provider.protected)
    return { code: 'protected', says: 'the provider is protected: only a person may pause it' };
  const named = [target.campaign, ...evidence.map(({ campaign }) => campaign)];
  const one = named.find((campaign) => campaign !== undefined && campaigns[campaign]?.protected);
  if (one === undefined) return undefined;
  const says = `campaign ${one} is protected: only a person may pause it`;
  return { code: 'protected', detail: one, says };
};

/** A pause for three messages does more harm than they. */
const isEnough: Reads<'config'> = ({ evidence }, { config: { evidence: least } }) =>
  Math.max(...evidence.map(mainCount)) >= least
    ? undefined
    : { code: 'too_little', says: `too little to act on: fewer than ${least} messages are proven` };

/** Measured against what is usual for the provider: who has just begun to come late is late all the same. */
const isFresh: Reads<'now' | 'config' | 'usualDelay'> = (
  { target, evidence },
  { now, config, usualDelay },
) =>
  now - usualDelay(target.provider) - Math.max(...evidence.map(({ at }) => startOf(at))) <= config.freshness
    ? undefined
    : {
        code: 'too_old',
        says: `too old to act on: the newest evidence is more than ${config.freshness / 1000} s old`,
      };

/** A message that still stands in a queue may be just the one that would speak against a pause. */
const isComplete: Reads<'sight' | 'config'> = (_one, { sight, config }) => {
  const code = 'not_seeing_all';
  if (sight.problems.length > 0) {
    const detail = sight.problems.join('; ');
    return { code, detail, says: `tocsin does not see all: ${detail}` };
  }
  if (sight.behind <= config.freshness) return undefined;
  const far = `part of the stream is more than ${config.freshness / 1000} s behind`;
  return { code, detail: 'behind', says: `tocsin does not see all: ${far}` };
};

/** After a start without a past, or with one that was lost, nobody knows what is usual. */
const isSettled: Reads<'now' | 'sight' | 'config'> = (_one, { now, sight, config }) =>
  now - sight.since >= config.settle
    ? undefined
    : {
        code: 'settling',
        says: `tocsin has watched for less than ${config.settle / 1000} s: what was paused stays so, nothing is added`,
      };

const isAgreed: Reads<'isChanging'> = (_one, { isChanging }) =>
  isChanging
    ? {
        code: 'changing',
        says: 'instances run by different configurations: nothing is begun until the change is through',
      }
    : undefined;

const isRare: Reads<'now' | 'recentPauses' | 'config'> = (_one, { now, recentPauses, config }) =>
  recentPauses.filter((at) => now - at < HOUR).length < config.maxPausesPerHour
    ? undefined
    : {
        code: 'too_many_pauses',
        says: `no more than ${config.maxPausesPerHour} pauses an hour: this one is left to people`,
      };

/** Two providers do not go wrong in the same minutes; what watches them does. */
const isAlone: Reads<'alsoBad'> = (_one, { alsoBad }) => {
  if (alsoBad.length === 0) return undefined;
  const others = alsoBad.join(' and ');
  const says = `${others} looks as bad at the same time: it may be tocsin that is wrong, so nobody is paused`;
  return { code: 'not_alone', detail: others, says };
};

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
  if (orphan === undefined) return undefined;
  const name = targetName(target);
  const says = `nobody else is left who can carry ${orphan} messages: ${name} is left to people`;
  return { code: 'last_carrier', detail: `${orphan}: ${name}`, says };
};

/** The guardrails of a pause; the first that forbids it is the one that is told. */
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

/** When a pause does not bite, nobody asks any more whether it is right, but only how far it may go. */
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
      const refusal = guardrail(one, circumstances);
      if (refusal) return refusal;
    }
    return undefined;
  };

/** Why it may not be paused; undefined when nothing stands against it. */
export const forbids = firstOf(GUARDRAILS);
/** Why a pause that does not bite may not be made wider; undefined when nothing stands against it. */
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

const against = (guardrail: Against['guardrail'], refusal: Refusal | undefined): readonly Against[] =>
  refusal === undefined ? [] : [{ guardrail, says: refusal.says }];
