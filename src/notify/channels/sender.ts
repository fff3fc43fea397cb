/**
 * The sender port: what delivery needs of whoever takes alerts, and the ways it can fail.
 * Adapters: here (the log), webhook.ts, alertmanager.ts and slack/slack.ts.
 */
import type { Logger } from 'pino';
import type { OutboxEntry, Thread } from '../outbox/outbox.ts';
import type { RatePicture } from '../slack/rate-picture.ts';

/** Why the receiver did not take it. */
export type SendProblem =
  /** The receiver asks to be tried again in `retryAfter` seconds. */
  | { readonly kind: 'rate_limited'; readonly retryAfter: number }
  /** There is no answer, or none that says whether the entry was taken. */
  | { readonly kind: 'unreachable'; readonly why: string }
  /** It will take nothing until somebody does what `todo` says. */
  | { readonly kind: 'refused'; readonly code: string; readonly todo: string }
  /** It will not take this one entry. */
  | { readonly kind: 'unfit'; readonly code: string };

export class SendError extends Error {
  readonly problem: SendProblem;
  constructor(problem: SendProblem) {
    super(problem.kind);
    this.name = 'SendError';
    this.problem = problem;
  }
}

export interface Sender {
  /**
   * Answers where the incident's message lives. Rejects with `SendError`. `doubtful`: it may have been taken
   * already, by an attempt whose answer got lost; look before posting.
   */
  deliver(entry: OutboxEntry, thread?: Thread, options?: { doubtful?: boolean }): Promise<Thread>;
  /** Puts a picture into a thread. Rejects when that fails. */
  picture?(picture: RatePicture, thread: Thread): Promise<void>;
}

/** The channel of threads that exist only in the log, so that a real receiver knows they are not its own. */
export const LOG_CHANNEL = 'log';

/** Without a receiver alerts are logged: the first card and every reply loudly, edits at debug. */
export const createLogSender = (log: Logger): Sender => ({
  deliver: async (entry, thread) => {
    const { incident, severity, kind, text } = entry;
    const isEdit = kind === 'card' && thread !== undefined;
    log[isEdit ? 'debug' : severity === 'critical' ? 'error' : 'warn'](
      { incident, severity, alert: text },
      'alert',
    );
    return thread ?? { channel: LOG_CHANNEL, ts: incident };
  },
});
