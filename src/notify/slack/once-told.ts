/**
 * Telling Slack once: what it may have already is looked for before it is posted. In: an entry, where its incident's
 * message lives, and whether an earlier attempt may have come through. Out: where it lives now.
 */
import type { Logger } from 'pino';
import type { SendProblem } from '../channels/sender.ts';
import type { OutboxEntry, Thread } from '../outbox/outbox.ts';

/** What Slack can be asked for. Each rejects when it was not done, or when nobody can say. */
export interface SlackCalls {
  /** Posts a card into the channel, or a reply into its thread. */
  post(entry: OutboxEntry, thread?: Thread): Promise<Thread>;
  edit(entry: OutboxEntry, thread: Thread): Promise<Thread>;
  /** Looks for the incident's card among the channel's newest messages. */
  findCard(entry: OutboxEntry): Promise<Thread | undefined>;
  hasReply(entry: OutboxEntry, thread: Thread): Promise<boolean>;
}

/** `problemOf`: what a rejection of Slack's means. */
export const createToldOnce = (
  slack: SlackCalls,
  { problemOf, log }: { readonly problemOf: (error: unknown) => SendProblem; readonly log: Logger },
): ((entry: OutboxEntry, thread: Thread | undefined, doubtful: boolean) => Promise<Thread>) => {
  /** Not being allowed to look is no reason to keep an alert back: it comes rather twice than never. */
  const looking = <T>(look: Promise<T>): Promise<T | undefined> =>
    look.catch((error) => {
      const problem = problemOf(error);
      if (problem.kind === 'unreachable' || problem.kind === 'rate_limited') throw error;
      log.warn(
        { problem },
        'cannot look for an alert that Slack may have already (scope channels:history, channel by id): it may come twice',
      );
      return undefined;
    });

  return async (entry, thread, doubtful) => {
    if (entry.kind === 'reply') {
      if (thread && doubtful && (await looking(slack.hasReply(entry, thread)))) return thread;
      return slack.post(entry, thread);
    }
    const known = thread ?? (doubtful ? await looking(slack.findCard(entry)) : undefined);
    return known ? slack.edit(entry, known) : slack.post(entry);
  };
};
