/**
 * A drill is a row of steps: each is tried whatever became of the others, within a time, and told. In: what to try, and
 * what to do when it fails in a way nobody foresaw. Out: rows.
 */
import { messageOf } from '../../runtime/errors.ts';

export interface StepOutcome<Value = undefined> {
  readonly state: 'ok' | 'failed' | 'skipped';
  /** One line. */
  readonly says: string;
  /** What to do about a failure. */
  readonly todo?: string;
  /** More of it, a few lines each. */
  readonly shows?: readonly string[];
  /** For the steps behind it. */
  readonly value?: Value;
}

export interface Row extends Pick<StepOutcome, 'state' | 'says' | 'todo' | 'shows'> {
  readonly step: string;
  /** In ms. */
  readonly took: number;
}

export const failed = (says: string, todo: string): StepOutcome<never> => ({ state: 'failed', says, todo });
export const skipped = (says: string): StepOutcome<never> => ({ state: 'skipped', says });

export interface Steps {
  readonly rows: readonly Row[];
  /** Never rejects. `todo`: for when it throws, or does not end in time. */
  step<Value>(name: string, todo: string, run: () => Promise<StepOutcome<Value>>): Promise<Value | undefined>;
}

/** Of one step, in ms. */
const LIMIT = 30_000;

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

/** Asks again until it is so; false when it is not within a few seconds. */
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
