/**
 * The evaluation's status: how far it is, and how its last look went. The evaluation alone writes it; the intake, the
 * health monitor, the heartbeat and the live view read it, and none of them needs to know the evaluation for that.
 */
import type { Ms } from '../events/event.ts';

export interface EvaluationStatus {
  /** Everything up to here has been looked at, by whoever evaluates; undefined before the first look. */
  readonly evaluated: () => Ms | undefined;
  /** Why the last look failed; undefined when it did not. */
  readonly storeProblem: () => string | undefined;
  /** When the last look ended that did not fail; undefined before the first. */
  readonly lookedAt: () => Ms | undefined;
  /** When the checkpoint was last written by this instance; undefined before the first time. */
  readonly savedAt: () => Ms | undefined;
  /** Alerts in the outbox, by the last look. */
  readonly alertsWaiting: () => number;

  /** The evaluation has come this far. */
  reached(upTo: Ms | undefined): void;
  /** A look ended well. */
  looked(at: Ms, alertsWaiting: number): void;
  /** A look failed, since the store does not answer. */
  failed(storeProblem: string): void;
  /** The checkpoint was written. */
  saved(at: Ms): void;
}

export const createEvaluationStatus = (): EvaluationStatus => {
  let evaluated: Ms | undefined;
  let storeProblem: string | undefined;
  let lookedAt: Ms | undefined;
  let savedAt: Ms | undefined;
  let waiting = 0;
  return {
    evaluated: () => evaluated,
    storeProblem: () => storeProblem,
    lookedAt: () => lookedAt,
    savedAt: () => savedAt,
    alertsWaiting: () => waiting,
    reached: (upTo) => {
      evaluated = upTo;
    },
    looked: (at, alertsWaiting) => {
      lookedAt = at;
      waiting = alertsWaiting;
      storeProblem = undefined;
    },
    failed: (problem) => {
      storeProblem = problem;
    },
    saved: (at) => {
      savedAt = at;
    },
  };
};
