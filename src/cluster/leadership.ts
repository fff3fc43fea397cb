/**
 * Leadership: whether this instance is the one that evaluates and acts, by the lease and its fencing token.
 * In: the lease, asked again and again. Out: the token to write under, and two answers to whoever acts: what this
 * instance knows, and what the lease says now.
 *
 * To hold the lease is not yet to lead: a new holder first reads what the leader before it has left, and then assumes
 * the token. A process that is frozen renews nothing, so that it leads no longer than the lease that it last held.
 */
import type { Clock, Ms } from '../events/event.ts';
import { realTimers, type Timers } from '../runtime/timers.ts';
import type { Lease } from './lease.ts';

/** How often the lease is renewed, in ms; well within its length. */
const RENEW_EVERY = 500;

export interface Leadership {
  /** Takes or renews the lease. Answers its token, or null while another holds it. Rejects when nobody can say. */
  acquire(): Promise<number | null>;
  /** This instance has read what was left to it, and acts under `token` from now on. */
  assume(token: number): void;
  /** Another instance holds the lease. Answers whether this one acted until now. */
  stepDown(): boolean;
  /** A write was fenced: the lease is somebody else's, whatever this instance last heard of it. */
  lapse(): void;
  /** The token that this instance acts under; null while it stands by. */
  readonly token: () => number | null;
  /** Whether it leads by what it knows: no longer than the lease that it last held. */
  readonly leading: () => boolean;
  /** Whether it leads by what the lease says when it is asked. */
  holds(): Promise<boolean>;
  /** Renews the lease for as long as `work` takes, which may be longer than a lease. */
  renewing<T>(work: () => Promise<T>): Promise<T>;
  /** Answers how to ask, as often as one likes, whether `token` is still the lease's; it is asked every half second. */
  watching(token: number): () => Promise<boolean>;
}

export const createLeadership = (parts: {
  readonly lease: Lease;
  readonly clock: Clock;
  readonly timers?: Timers;
}): Leadership => {
  const { lease, clock, timers = realTimers } = parts;
  let assumed: number | null = null;
  /** Until when the lease is held at least, on this instance's clock; 0 when it is not. */
  let heldUntil = 0;

  const acquire = async (): Promise<number | null> => {
    const asked = clock();
    const held = await lease.hold();
    heldUntil = held === null ? 0 : asked + lease.length;
    return held;
  };

  return {
    acquire,
    assume: (token) => {
      assumed = token;
    },
    stepDown: () => {
      const acted = assumed !== null;
      assumed = null;
      return acted;
    },
    lapse: () => {
      heldUntil = 0;
    },
    token: () => assumed,
    leading: () => assumed !== null && clock() < heldUntil,
    holds: async () => assumed !== null && (await acquire()) === assumed,
    renewing: async (work) => {
      if (lease.length === Number.POSITIVE_INFINITY) return work();
      let cancel = () => {};
      const renew = () => {
        cancel = timers.after(RENEW_EVERY, () => {
          void acquire().catch(() => undefined);
          renew();
        });
      };
      renew();
      try {
        return await work();
      } finally {
        cancel();
      }
    },
    watching: (token) => {
      let askedAt: Ms = clock();
      return async () => {
        if (clock() - askedAt < RENEW_EVERY) return true;
        if ((await acquire()) !== token) return false;
        askedAt = clock();
        return true;
      };
    },
  };
};
