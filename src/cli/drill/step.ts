/**
 * A drill is a row of steps: each is tried whatever became of the others, within a time, and told. In: what to try, and
 * what to do when it fails in a way nobody foresaw. Out: rows.
 */
import { messageOf } from '../../runtime/errors.ts';

/** What came of a step. */
export interface StepOutcome<Value = undefined> {
  readonly state: 'ok' | 'failed' | 'skipped';
  /** What was found, in one line. */
  readonly says: string;
  /** What to do about a failure. */
  readonly todo?: string;
  /** Requests that would be sent, a few lines each. */
  readonly shows?: readonly string[];
  /** What the steps behind it need of this one. */
  readonly value?: Value;
}

/** A step as people are told of it. */
export interface Row extends Pick<StepOutcome, 'state' | 'says' | 'todo' | 'shows'> {
  readonly step: string;
  /** How long the step took, in ms. */
  readonly took: number;
}

/** A step that failed, and what to do about it. */
export const failed = (says: string, todo: string): StepOutcome<never> => ({ state: 'failed', says, todo });
/** A step that was not tried, and why. */
export const skipped = (says: string): StepOutcome<never> => ({ state: 'skipped', says });

export interface Steps {
  readonly rows: readonly Row[];
  /** Runs a step; `todo` says what to do when it throws or does not end in time. Never rejects. */
  step<Value>(name: string, todo: string, run: () => Promise<StepOutcome<Value>>): Promise<Value | undefined>;
}

/** How long one step may take, in ms. */
const LIMIT = 30_000;

/** A row of steps, none run yet; `onRow` is told each row as it comes, `limit` is in ms. */
export const createSteps = (onRow: (row: Row) => void, limit = LIMIT): Steps => {
  const rows: Row[] = [];
  return {
    rows,
    step: async (name, todo, run) => {
      const from = performance.now();
      const outcome = await within(limit, run()).catch((error: unknown) => failed(messageOf(error), todo));
      const { value, ...told } = outcome;
      const row = { step: name, took: Math.round(performance.now() - from), ...told };
      rows.push(row);
      onRow(row);
      return value;
    },
  };
};

const within = async <T>(limit: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`had no answer within ${limit / 1000} s`)), limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** Asks until something is so; false when it is not within five seconds. */
export const comesTrue = async (
  isSo: () => boolean | Promise<boolean>,
  sleep: (ms: number) => Promise<unknown>,
): Promise<boolean> => {
  for (let tries = 0; tries < 50; tries++) {
    if (await isSo()) return true;
    await sleep(100);
  }
  return false;
};
