/**
 * The relay: what people told an instance that does not lead, for the one that does, which alone changes incidents.
 * Adapters: here (embedded) and mailbox-redis.ts; test/contract/mailbox.
 */
import type { Action } from '../incidents/incident.ts';

export type MailboxMessage =
  | { readonly kind: 'acted'; readonly action: Action }
  | { readonly kind: 'acknowledged'; readonly incident: string; readonly by: string };

export interface Mailbox {
  /** Durable once it answers. */
  pass(told: MailboxMessage): Promise<void>;
  /** Hands out what was passed, oldest first. It is gone once all were applied; else it comes again as a whole. */
  drain(apply: (told: MailboxMessage) => Promise<void>): Promise<void>;
}

/** Beyond it the oldest are forgotten: nobody has led for long, and the actions stand in their log all the same. */
export const MOST_TOLD = 1_000;

export const createMemoryMailbox = (): Mailbox => {
  let waiting: readonly MailboxMessage[] = [];
  return {
    pass: async (told) => {
      waiting = [...waiting, told].slice(-MOST_TOLD);
    },
    drain: async (apply) => {
      const taken = waiting;
      for (const told of taken) await apply(told);
      waiting = waiting.filter((told) => !taken.includes(told));
    },
  };
};
