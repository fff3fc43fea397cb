/**
 * Where incidents and actions are kept. Adapters: store-file.ts (embedded) and store-redis.ts, which pass
 * test/contract/incidents.
 */
import type { Action, Incident } from './incident.ts';

export interface IncidentStore {
  /** Every incident not yet resolved, and those resolved in the last 24 h of what was saved. */
  load(): Promise<readonly Incident[]>;
  /**
   * Durable once it answers; a lower revision than the one kept changes nothing. `token`: the lease's fencing token;
   * below the highest seen it rejects with `Fenced`. With no incidents it is only seen.
   */
  save(incidents: readonly Incident[], token?: number): Promise<void>;
  /** Appends to the log of actions, of which the newest 1,000 are kept. */
  record(action: Action): Promise<void>;
  /** The log of actions, newest first. */
  actions(limit: number): Promise<readonly Action[]>;
  close(): Promise<void>;
}
