/** The lease: which one instance evaluates and acts. Adapters: this file's (embedded) and lease-redis.ts. */
import { type Duration, duration } from '../events/event.ts';

export interface Lease {
  /** For how long it is held once `hold` was called. */
  readonly length: Duration;
  /**
   * Takes or renews it: call it at least twice within its length. Answers the fencing token, which
   * grows with every holder, or null while another holds it. Rejects when nobody can say: then do not act.
   */
  hold(): Promise<number | null>;
  /** Lets the next one in at once; nothing when it is not held. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/** The lease of a process that shares nothing: it is always held. */
export const createSoleLease = (): Lease => ({
  length: duration(Number.POSITIVE_INFINITY),
  hold: async () => 1,
  release: async () => {},
  close: async () => {},
});

/** A write with an older fencing token than one that was seen: another instance holds the lease since. */
export class Fenced extends Error {
  override readonly name = 'Fenced';
  constructor() {
    super('another instance evaluates since; this one stands by');
  }
}
