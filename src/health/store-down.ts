/**
 * The store-down alarm: with the store away nobody leads, and the outbox is out of reach. Each instance tells it: the
 * one that led at once, the others later, who find what was told before them and add nothing. In: whether the store is
 * away, look by look. Out: one message and its end; rather two than none.
 */
import type { Ms } from '../events/event.ts';
import { ms } from '../events/event.ts';
import type { Notice, Outbox } from '../notify/outbox/outbox.ts';
import type { Alarm, Posted } from './alarm.ts';
import type { Blindness } from './blindness.ts';
import { blindId } from './journal.ts';
import { begunNotices, overNotices } from './messages.ts';

/** Instances find the store away within seconds of each other: by so many ms they name it the same. */
const SAME = 600_000;
/** How long it waits before it tells again what nobody took, in ms. */
const AGAIN_AFTER = 10_000;

export interface StoreDownParts {
  readonly alarm: Alarm;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly leading: () => boolean;
  /** How much later than the leader this instance tells, in ms. */
  readonly later: number;
  /** Whom the alert calls, as Slack writes it. */
  readonly mention: (now: Ms) => string | undefined;
}

interface StoreDownCase {
  readonly id: string;
  readonly since: Ms;
  readonly openedAt: Ms;
  /** Set once it is over. */
  overAt?: Ms;
  posted?: Posted;
  triedAt: number;
}

/** Its `look` is called at each look; it begins what takes time, one thing at a time, and does not wait for it. */
export const createStoreDownAlarm = (parts: StoreDownParts) => {
  const { alarm, outbox, later } = parts;
  let current: StoreDownCase | undefined;
  let running: Promise<void> | undefined;

  const begin = async (one: StoreDownCase, says: string, now: Ms): Promise<void> => {
    const notices = begunNotices(
      { cause: 'store', says, since: one.since },
      { id: one.id, mention: parts.mention(now) },
    );
    one.posted = await alarm.tell(notices, 0);
  };

  const end = async (one: StoreDownCase, overAt: Ms): Promise<void> => {
    const notices = overNotices({ id: one.id, cause: 'store', since: one.since }, overAt);
    if (await wasTold(one, notices)) current = undefined;
  };

  /** Who begins to lead may not have told of it: the card of who did is looked for. What nobody took is kept. */
  const wasTold = async (one: StoreDownCase, notices: readonly Notice[]): Promise<boolean> => {
    if ((await alarm.tell(notices, LAST, one.posted)) !== undefined) return true;
    if (one.posted) return false;
    await outbox.put(notices);
    return true;
  };

  const step = (blindness: Blindness | undefined, now: Ms): Promise<void> | undefined => {
    if (blindness && current?.overAt !== undefined) current = undefined;
    if (blindness) current ??= newCase(blindness.since, now);
    if (!current) return undefined;
    const one = current;
    if (!blindness) one.overAt ??= now;
    const due = parts.leading() || now - (one.overAt ?? one.openedAt) >= later;
    if (!due || now - one.triedAt < AGAIN_AFTER) return undefined;
    if (one.overAt === undefined && one.posted) return undefined;
    one.triedAt = now;
    return one.overAt === undefined && blindness
      ? begin(one, blindness.says, now)
      : end(one, one.overAt ?? now);
  };

  return {
    look: (blindness: Blindness | undefined, now: Ms): void => {
      running ??= step(blindness, now)
        ?.catch(() => undefined)
        .finally(() => {
          running = undefined;
        });
    },
    /** Resolves once what is under way has ended. */
    settle: async (): Promise<void> => running,
  };
};

/** The place of the end in the thread: the card and the call come before it. */
const LAST = 2;

const newCase = (since: Ms, now: Ms): StoreDownCase => ({
  id: blindId('store', ms(since - (since % SAME))),
  since,
  openedAt: now,
  triedAt: Number.NEGATIVE_INFINITY,
});
