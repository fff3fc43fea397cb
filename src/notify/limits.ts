/** What keeps an outbox bounded, the same for every adapter (put.lua and done.lua say it in their own tongue). */
import type { Entry } from './outbox.ts';

/** How long an incident's thread is remembered, in ms: 30 days. */
export const THREAD_KEPT = 30 * 86_400_000;
/** With this many entries waiting, a reply joins its incident's newest waiting one instead of queueing behind it. */
export const REPLY_LIMIT = 10_000;
/** A joined reply longer than this, in characters, takes no more lines; the card tells the state all the same. */
export const JOINED_LENGTH = 3_000;

/** Only ever appends, so that what was sent meanwhile can be cut off again. */
export const joinReply = (waiting: string, text: string): string =>
  waiting.length > JOINED_LENGTH ? waiting : `${waiting}\n${text}`;

/** What is still to be told of `kept` once `sent` was taken: the newer card, the joined lines, or nothing. */
export const cutFrom = (kept: Entry, sent: Entry): string | undefined => {
  if (kept.text === sent.text) return undefined;
  if (kept.kind === 'card') return kept.text;
  return kept.text.startsWith(`${sent.text}\n`) ? kept.text.slice(sent.text.length + 1) : kept.text;
};
