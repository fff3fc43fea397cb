/** What each channel sees of the one outbox: the first everything, the others what the first does not take. */
import { leftFrom, markOf } from './limits.ts';
import type { DeliveryMark, Notice, Outbox, OutboxEntry } from './outbox.ts';

/** What a delivery needs of an outbox. */
export type OutboxView = Pick<Outbox, 'peek' | 'done' | 'thread'>;

/** So many entries are looked through at once for what a channel is still to take. */
const PAGE = 500;

/** The first channel's view. When it takes a card, the channels that were told of the incident meanwhile get a copy. */
export const firstView = (outbox: Outbox, others: readonly string[]): OutboxView => {
  const follow = async (entry: OutboxEntry): Promise<void> => {
    const places = await outbox.places(entry.incident);
    const { seq: _seq, waited: _waited, taken: _taken, ...notice } = entry;
    const behind = others.filter((name) => places[name] && places[name].card !== markOf(entry));
    await outbox.put(behind.map((only): Notice => ({ ...notice, only })));
  };
  return {
    peek: (limit) =>
      collect(outbox, limit, async (entry) => {
        if (entry.only === undefined) return entry;
        // The channel that it was for is not in the configuration any more.
        if (!others.includes(entry.only))
          await outbox.took(entry, { channel: entry.only, mark: markOf(entry) });
        return undefined;
      }),
    done: async (entry, thread) => {
      if (entry.kind === 'card' && others.length > 0) await follow(entry);
      await outbox.done(entry, thread);
    },
    thread: outbox.thread,
  };
};

/** Another channel's view: what is `due` and it has not taken, and what is for it alone. */
export const otherView = (outbox: Outbox, name: string, due: (entry: OutboxEntry) => boolean): OutboxView => {
  /** How far a piece that was handed out reaches. */
  const marks = new WeakMap<OutboxEntry, DeliveryMark>();
  const placeOf = async ({ incident }: OutboxEntry) => (await outbox.places(incident))[name];
  return {
    peek: (limit) =>
      collect(outbox, limit, async (entry) => {
        if (entry.only === undefined ? !due(entry) : entry.only !== name) return undefined;
        if (entry.only && (await placeOf(entry))?.card === markOf(entry)) {
          // The channel took the card itself while the copy was made.
          await outbox.took(entry, { channel: name, mark: markOf(entry) });
          return undefined;
        }
        const text = leftFrom(entry, entry.taken?.[name]);
        if (text === undefined) return undefined;
        const left = { ...entry, text };
        marks.set(left, markOf(entry));
        return left;
      }),
    done: async (entry, thread) => {
      const mark = marks.get(entry) ?? markOf(entry);
      const card = entry.kind === 'card' ? mark : (await placeOf(entry))?.card;
      const place = { channel: thread.channel, ts: thread.ts, ...(card === undefined ? {} : { card }) };
      await outbox.took(entry, { channel: name, mark, place });
    },
    thread: async (incident) => (await outbox.places(incident))[name],
  };
};

/** Goes through the outbox page by page until `limit` entries are picked. */
const collect = async (
  outbox: Outbox,
  limit: number,
  pick: (entry: OutboxEntry) => Promise<OutboxEntry | undefined>,
): Promise<OutboxEntry[]> => {
  const found: OutboxEntry[] = [];
  let behind = 0;
  while (found.length < limit) {
    const page = await outbox.peek(Math.max(limit, PAGE), behind);
    for (const entry of page) {
      const picked = await pick(entry);
      if (picked) found.push(picked);
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    behind = last.seq;
  }
  return found.slice(0, limit);
};
