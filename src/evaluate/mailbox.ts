/**
 * The leader's mailbox: what becomes known outside of a look, such as an order that a person gave to an instance that
 * does not lead. The leader, which alone changes incidents, takes it at its next look. Adapters: this file's (embedded)
 * and mailbox-redis.ts; test/contract/mailbox.test.ts holds both to it.
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

/** When more wait, nobody has led for long: the oldest are forgotten, and the actions stand in their log all the same. */
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
