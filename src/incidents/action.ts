/**
 * An action: one thing done about an incident, or that would have been done. What became of it is data, `state` and
 * `code`, which every decision reads; its sentences are for people, and may be reworded at any time. How actions are
 * kept, and how those of older versions are read, is in stored.ts.
 */
import type { DetectorName } from '../config/detectors.ts';
import type { Category, Ms } from '../events/event.ts';

/** What is to be done, before anything has become of it. */
export interface Intent {
  readonly at: Ms;
  /** change: a pause that stands gets another end, or a trickle. */
  readonly action: 'pause' | 'resume' | 'change';
  readonly provider: string;
  /** Only this category of the provider, or only this campaign; without either, all of the provider is meant. */
  readonly category?: Category;
  readonly campaign?: string;
  readonly incident: string | null;
  readonly reason: string;
  readonly dryRun: boolean;
  /** Who ordered it: "policy", or the operator's name. */
  readonly by: string;
  /** The signs of the rule it follows from; absent when a person ordered it. */
  readonly rule?: readonly DetectorName[];
  /** What of the provider stays paused behind a resume, in words; absent when nothing does. */
  readonly stillPaused?: readonly string[];
  /** Actuators that were still being tried when it was written down; absent when all had answered. */
  readonly unanswered?: readonly string[];
}

/** Why something was not done after all. */
export const REFUSAL_CODES = [
  // It was so already, whoever did it.
  'already_paused',
  'not_paused',
  // A guardrail forbade it.
  'hands_off',
  'protected',
  'too_little',
  'too_old',
  'not_seeing_all',
  'settling',
  'changing',
  'not_alone',
  'last_carrier',
  'too_many_pauses',
  // It was tried, and failed.
  'gate_away',
  'not_written',
  'fenced',
  'cut_short',
  'actuator_failed',
  // A version of tocsin that is not this one had its own reason.
  'other',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

export interface Refusal {
  readonly code: RefusalCode;
  /** Whom or what it names, such as the protected campaign; another one makes the refusal news. */
  readonly detail?: string;
  /** The same for people, in one sentence. */
  readonly says: string;
}

/**
 * What became of an action. ordered: written down before it is carried out; what became of it is written down behind
 * it. done: carried out. rehearsed: a dry run said that it would have been. refused: it was not done, or there was
 * nothing left to do.
 */
export type Outcome =
  | { readonly state: 'ordered'; readonly refused: string; readonly code?: never; readonly detail?: never }
  | {
      readonly state: 'done' | 'rehearsed';
      readonly refused?: never;
      readonly code?: never;
      readonly detail?: never;
    }
  | {
      readonly state: 'refused';
      readonly code: RefusalCode;
      readonly detail?: string;
      /** Why it was not done, for people. */
      readonly refused: string;
    };

export type Action = Intent & Outcome;

export const ALREADY_PAUSED: Refusal = { code: 'already_paused', says: 'already paused' };
export const NOT_PAUSED: Refusal = { code: 'not_paused', says: 'not paused' };

/** The action as it is written down before it is carried out. */
export const asOrdered = (intent: Intent): Action => ({
  ...intent,
  state: 'ordered',
  refused: 'under way: what became of it follows',
});

/** The action that went as it was meant: it was carried out, or a dry run said that it would have been. */
export const asDone = (intent: Intent): Action => ({
  ...intent,
  state: intent.dryRun ? 'rehearsed' : 'done',
});

/** The action that was not done, and why. */
export const asRefused = (intent: Intent, { code, detail, says }: Refusal): Action => ({
  ...intent,
  state: 'refused',
  code,
  ...(detail === undefined ? {} : { detail }),
  refused: says,
});

/** The order behind an action, without what became of it. */
export const intentOf = ({ state, code, detail, refused, ...intent }: Action): Intent => intent;

/** Whether it was carried out, or in a dry run said: neither refused nor still under way. */
export const tookPlace = ({ state }: Pick<Action, 'state'>): boolean =>
  state === 'done' || state === 'rehearsed';

/** Whether two refusals are the same news, whatever their words. */
export const isSameRefusal = (
  one: Pick<Action, 'code' | 'detail'>,
  other: Pick<Refusal, 'code' | 'detail'>,
): boolean => one.code === other.code && one.detail === other.detail;
