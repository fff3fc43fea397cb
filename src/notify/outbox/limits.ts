/** What keeps an outbox bounded, the same for every adapter (put.lua and done.lua say it in their own tongue). */
import { createHash } from 'node:crypto';
import type { DeliveryMark, OutboxEntry } from './outbox.ts';

/** An incident's thread is remembered for 30 days, here in ms. */
export const THREAD_KEPT = 30 * 86_400_000;
/** So many names of what was put once are remembered; what is told again after a crash was told just before it. */
export const NAMES_KEPT = 1_000;
/** With this many entries waiting, a reply joins its incident's newest waiting one instead of queueing behind it. */
export const REPLY_LIMIT = 10_000;
/** A joined reply longer than this, in characters, takes no more lines; the card tells the state all the same. */
export const JOINED_LENGTH = 3_000;

/** Joins a reply to a waiting one: it only ever appends, so that what was sent meanwhile can be cut off again. */
export const joinReply = (waiting: string, text: string): string =>
  waiting.length > JOINED_LENGTH ? waiting : `${waiting}\n${text}`;

type ToldNames = Pick<OutboxEntry, 'kind' | 'text'>;

/** Tells how far an entry was taken; changes with its text. */
export const markOf = ({ kind, text }: ToldNames): DeliveryMark =>
  kind === 'reply' ? Buffer.byteLength(text) : createHash('sha256').update(text).digest('hex').slice(0, 16);

/** What a channel that has taken an entry as far as `mark` is still to be told of it, or nothing. */
export const leftFrom = ({ kind, text }: ToldNames, mark: DeliveryMark | undefined): string | undefined => {
  if (mark === undefined) return text;
  if (kind === 'card') return markOf({ kind, text }) === mark ? undefined : text;
  const bytes = Buffer.from(text);
  return Number(mark) >= bytes.length ? undefined : bytes.subarray(Number(mark) + 1).toString();
};

/** The marks of a reply of which the first `sent` was cut off. */
export const cutMarks = (taken: OutboxEntry['taken'], sent: string): OutboxEntry['taken'] => {
  const cut = Buffer.byteLength(sent) + 1;
  const kept = Object.entries(taken ?? {}).flatMap(([channel, mark]) =>
    Number(mark) > cut ? [[channel, Number(mark) - cut] as const] : [],
  );
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
};

/** What is still to be told of `kept` once `sent` was taken: the newer card, the joined lines, or nothing. */
export const cutFrom = (kept: ToldNames, sent: ToldNames): string | undefined => {
  if (kept.text === sent.text) return undefined;
  if (kept.kind === 'card') return kept.text;
  return kept.text.startsWith(`${sent.text}\n`) ? kept.text.slice(sent.text.length + 1) : kept.text;
};
