/** Faults that send once more what is sent anyway: everything twice, or one message in two to somebody else. */
import type { Random } from '../../../src/simulate/random.ts';
import type { Fault } from './faults.ts';

/** Seconds after the message, at most. */
const DOUBLED_WITHIN = 2;
const LEAKED_WITHIN = 30;
const LEAKED_SHARE = 0.5;

export interface Copy {
  /** Epoch seconds. */
  readonly at: number;
  readonly to: 'same' | 'other';
}

export interface Copies {
  /** Tells which faults are under way from now on. */
  enter(underway: readonly Fault[]): void;
  /** The copy of a message sent at `at` (epoch seconds), if there is one. */
  of(provider: string, at: number): Copy | undefined;
}

export const createCopies = (random: Random): Copies => {
  let copying: readonly Fault[] = [];
  return {
    enter: (underway) => {
      copying = underway.filter(({ kind }) => kind === 'doubled' || kind === 'slow-leak');
    },
    of: (provider, at) => {
      const fault = copying.find(
        (one) => one.provider === provider && at * 1000 >= one.start && at * 1000 < one.end,
      );
      return fault && copyOf(fault, at, random);
    },
  };
};

const copyOf = (fault: Fault, at: number, random: Random): Copy | undefined => {
  const isDoubled = fault.kind === 'doubled';
  if (!isDoubled && !random.chance(LEAKED_SHARE)) return undefined;
  const then = at + random.unit() * (isDoubled ? DOUBLED_WITHIN : LEAKED_WITHIN);
  // What has not gone out by the end of the fault never does.
  return then * 1000 < fault.end ? { at: then, to: isDoubled ? 'same' : 'other' } : undefined;
};
