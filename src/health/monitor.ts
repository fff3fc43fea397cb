/**
 * The health monitor: whether tocsin sees, looked at once a second by every instance, and told when it does not.
 * In: what each part says. Out: alerts, what the live view and readiness show, and what holds pauses back.
 *
 * All causes but one are put together over all instances and told by the one that leads, through the outbox. That the
 * store is away cannot be told so, since the outbox is in it: see store-down.ts.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { type Clock, duration, type Ms } from '../events/event.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Notice, Outbox } from '../notify/outbox/outbox.ts';
import { every } from '../runtime/loop.ts';
import { realTimers, type Timers } from '../runtime/timers.ts';
import type { Alarm } from './alarm.ts';
import { type Blindness, look as lookAt, noBlindness, openOf, type Symptom, toTell } from './blindness.ts';
import type { Board } from './board.ts';
import { blindId, createAwayLog, entryOfBlind, entryOfSeeing } from './journal.ts';
import { begunNotices, blindSays, overNotices, severityOf } from './messages.ts';
import { createStoreDownAlarm } from './store-down.ts';

const LOOK_EVERY = duration(1_000);
/** The store takes what is put up within this, in ms, or it is away. */
const ANSWER_WITHIN = 2_000;
/** Instances that do not lead tell that the store is away this much later, at least and at most, in ms. */
const LATER = { least: 5_000, most: 20_000 };

export interface HealthMonitor {
  /** One look; never rejects, and takes no longer than the store is given to answer. */
  look(): Promise<void>;
  /** What is open, the longest first. */
  readonly blind: () => readonly Blindness[];
  /** What is open and in the way of everything, in words that stay the same while it lasts. */
  readonly problems: () => readonly string[];
  /** Resolves once what is being told is told. */
  settle(): Promise<void>;
  /** Begins to look once a second. Answers how to end that. */
  start(): { stop(): Promise<void> };
}

export interface HealthMonitorParts {
  readonly patience: Pick<Config['blindness'], 'after' | 'over'>;
  readonly board: Board;
  /** What this instance does not see. */
  readonly symptoms: (now: Ms) => readonly Symptom[];
  readonly leading: () => boolean;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly alarm: Alarm;
  /** Whom an alert calls, as Slack writes it. */
  readonly mention?: (severity: Notice['severity'], at: Ms) => string | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  /** Draws from [0, 1), so that instances do not all tell at the same moment. */
  readonly random?: () => number;
  /** How long the store is given to answer, in ms. Default: `ANSWER_WITHIN`. */
  readonly answerWithin?: number;
  readonly timers?: Timers;
}

export const createHealthMonitor = (parts: HealthMonitorParts): HealthMonitor => {
  const { patience, board, clock, log, random = Math.random, timers = realTimers } = parts;
  const { leading, outbox, journal, alarm, mention = () => undefined } = parts;
  const startedAt = clock();
  const later = LATER.least + random() * (LATER.most - LATER.least);
  const storeDown = createStoreDownAlarm({
    alarm,
    outbox,
    leading,
    later,
    mention: (now) => mention('critical', now),
  });
  const failed = (error: unknown) =>
    log.error({ error: String(error) }, 'what tocsin does not see was not told; it is tried again');
  const awayLog = createAwayLog(journal, failed);
  const share = sharing(board, timers, parts.answerWithin);
  let own = noBlindness(startedAt);
  let all = noBlindness(startedAt);
  let telling: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const now = clock();
    const found = parts.symptoms(now);
    const others = found.filter(({ cause }) => cause !== 'store');
    const shared = await share(others);
    const away = shared ? found.filter(({ cause }) => cause === 'store') : [NO_ANSWER];
    own = lookAt(own, away, now, patience);
    all = lookAt(all, shared ?? others, now, patience);
    storeDown.look(openOf(own)[0], now);
    awayLog.look(openOf(own)[0], away.length === 0, now);
    // A look does not wait for this: the store may go before it has answered, and the next look must find that out.
    if (shared && leading()) telling ??= tell(now).catch(failed).finally(told);
  };

  const tell = async (now: Ms): Promise<void> => {
    const { begun, over } = toTell(all, await board.told());
    for (const one of begun) {
      const { cause, provider, since, says } = one;
      const id = blindId(cause, since, provider);
      log.error({ cause, provider }, `blind: ${says}`);
      await outbox.put(begunNotices(one, { id, mention: mention(severityOf(cause), now) }));
      await journal.append([entryOfBlind(one, id)]);
      await board.noteTold({ id, cause, ...(provider === undefined ? {} : { provider }), since });
    }
    // What was told before this instance began is over only once it has looked for as long as that takes.
    const ended = now - startedAt > patience.over + LOOK_EVERY ? over : [];
    for (const one of ended) {
      log.info({ cause: one.cause, provider: one.provider }, 'no longer blind');
      await outbox.put(overNotices(one, now));
      await journal.append([entryOfSeeing(one, one.id, now)]);
      await board.forgetTold(one);
    }
  };

  const told = () => {
    telling = undefined;
  };
  const settle = async (): Promise<void> => {
    await Promise.all([telling, storeDown.settle(), awayLog.settle()]);
  };
  const blind = () => [...openOf(own), ...openOf(all)].sort((a, b) => a.since - b.since);

  return {
    look,
    blind,
    problems: () => blind().flatMap((one) => (one.provider === undefined ? [blindSays(one)] : [])),
    settle,
    start: () => {
      const loop = every(LOOK_EVERY, look, timers);
      return {
        stop: async () => {
          await loop.stop();
          await settle();
        },
      };
    },
  };
};

const NO_ANSWER: Symptom = { cause: 'store', says: 'the store does not answer, or takes nothing' };

/** Shares symptoms, one try at a time, so that hanging tries do not pile up; answers undefined when the store is late. */
const sharing = (board: Board, timers: Timers, within = ANSWER_WITHIN) => {
  let pending: Promise<readonly Symptom[] | undefined> | undefined;
  return async (symptoms: readonly Symptom[]): Promise<readonly Symptom[] | undefined> => {
    if (pending) return undefined;
    const answered = board
      .share(symptoms)
      .catch(() => undefined)
      .finally(() => {
        pending = undefined;
      });
    pending = answered;
    let cancel = () => {};
    const late = new Promise<undefined>((resolve) => {
      cancel = timers.after(within, () => resolve(undefined));
    });
    return Promise.race([answered, late]).finally(() => cancel());
  };
};
