/**
 * A machine: what one instance runs on. In: virtual time. Out: a clock and timers of its own, which it may be robbed of:
 * frozen, nothing on it goes on until it thaws, and then all that was due at once; dead, nothing ever does. Whatever an
 * instance awaits comes back to it through these timers, so that it can be stopped at any await.
 */
import { type Clock, ms } from '../../src/events/event.ts';
import type { Timers } from '../../src/runtime/timers.ts';
import type { Time } from './time.ts';

export interface Machine {
  readonly name: string;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly isUp: () => boolean;
  /** Whether it is up and goes on. */
  readonly isAwake: () => boolean;
  kill(): void;
  freeze(length: number): void;
}

/** `skew`: how far its clock is ahead, in ms. */
export const createMachine = (name: string, time: Time, skew: number): Machine => {
  let isUp = true;
  let frozenUntil = 0;
  return {
    name,
    clock: () => ms(Math.floor(time.now() + skew)),
    isUp: () => isUp,
    isAwake: () => isUp && time.now() >= frozenUntil,
    kill: () => {
      isUp = false;
    },
    freeze: (length) => {
      frozenUntil = Math.max(frozenUntil, time.now() + length);
    },
    timers: {
      now: time.now,
      after: (length, call) => {
        let cancel = () => {};
        const wake = (): void => {
          if (!isUp) return;
          if (time.now() < frozenUntil) cancel = time.after(frozenUntil - time.now(), wake);
          else call();
        };
        cancel = time.after(length, wake);
        return () => cancel();
      },
    },
  };
};
