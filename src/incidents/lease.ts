/** The lease: which one instance evaluates and acts. Adapters: here (embedded) and lease-redis.ts. */

export interface Lease {
  /**
   * Takes or renews it: call it at least twice within its length (two seconds). Answers the fencing token, which
   * grows with every holder, or null while another holds it. Rejects when nobody can say: then do not act.
   */
  hold(): Promise<number | null>;
  /** Lets the next one in at once; nothing when it is not held. */
  release(): Promise<void>;
  close(): Promise<void>;
}

/** One process, nobody to share with. */
export const createSoleLease = (): Lease => ({
  hold: async () => 1,
  release: async () => {},
  close: async () => {},
});
