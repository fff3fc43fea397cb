/**
 * Delivery: empties the outbox into a sender, in order, one entry at a time, until the outbox is empty.
 * In: a wake. Out: entries taken by the receiver, or a problem said. Nothing leaves the outbox otherwise.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { messageOf } from '../runtime/errors.ts';
import { SendError, type Sender, type SendProblem } from './channels/sender.ts';
import type { OutboxEntry, Thread } from './outbox/outbox.ts';
import type { OutboxView } from './outbox/views.ts';

export { createLogSender } from './channels/sender.ts';

export interface DeliveryTimers {
  /** A clock in ms, of which only differences matter. */
  now(): number;
  /** Ends after `ms`, or early when the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** How long delivery waits for what, all in ms. */
export interface DeliveryPatience {
  /** The first wait when the receiver cannot be reached; it doubles each time, up to `slowest`. */
  readonly first: number;
  readonly slowest: number;
  /** The wait between tries while the receiver refuses, until somebody changes something. */
  readonly refused: number;
  /** How often the outbox is looked at unasked: another instance may have left something. */
  readonly look: number;
  /** The longest a stop waits for what is still to be sent. */
  readonly stop: number;
}

const PATIENCE: DeliveryPatience = { first: 500, slowest: 30_000, refused: 60_000, look: 2_000, stop: 5_000 };
/** How many of the oldest entries are considered at once. */
const PEEK = 100;

export interface Delivery {
  /** There may be something new in the outbox. */
  wake(): void;
  /** Sends what can go at once, edits included; given up after `patience.stop` or at the first failure. */
  stop(): Promise<void>;
  /** What an operator should know, or nothing. */
  problem(): string | undefined;
  /** For how long the receiver has not taken what it was offered, of this incident at least, in ms; or nothing. */
  failing(incident: string): number | undefined;
}

export const createDelivery = (parts: {
  outbox: OutboxView;
  send: Sender;
  /** The receiver's name for people. */
  name?: string;
  /** An incident's card is edited at most this often, in ms; first posts and replies go at once. */
  editEvery: number;
  log: Logger;
  /** False while another instance delivers; by default this one always does. */
  allowed?: () => boolean;
  timers?: DeliveryTimers;
  patience?: Partial<DeliveryPatience>;
  /** A number in [0, 1), by which waits are spread. */
  random?: () => number;
}): Delivery => {
  const {
    outbox,
    send,
    editEvery,
    log,
    name = 'Slack',
    allowed = () => true,
    timers = realTimers,
    random = Math.random,
  } = parts;
  const unfitSaid = `${name} does not take an alert; it is kept and tried again`;
  const patience = { ...PATIENCE, ...parts.patience };
  const editedAt = new Map<string, number>();
  /** The incidents of which the receiver does not take an entry. */
  const held = new Map<string, { since: number; until: number; code: string }>();
  /** Sequence numbers the receiver may have already: found at the start, or sent without an answer. */
  let doubtful: Set<number> | undefined;
  let undone: { entry: OutboxEntry; thread: Thread } | undefined;
  let waitUntil = 0;
  let failures = 0;
  let failingSince: number | undefined;
  let problem: string | undefined;
  let running: Promise<void> | undefined;
  let stopping = false;
  let givenUp = false;
  let awake = new AbortController();

  const loop = async (): Promise<void> => {
    while (!givenUp) {
      const wait = await step().catch(failed);
      if (stopping && wait > 0) return;
      if (wait > 0) await timers.sleep(wait, awake.signal);
      if (awake.signal.aborted) awake = new AbortController();
    }
  };

  /** Delivers one entry at most. Answers how long there is nothing to do, in ms. */
  const step = async (): Promise<number> => {
    if (timers.now() < waitUntil) return waitUntil - timers.now();
    if (undone) await finish();
    if (!allowed()) {
      doubtful = undefined;
      problem = undefined;
      failingSince = undefined;
      held.clear();
      return patience.look;
    }
    const entries = await outbox.peek(PEEK);
    doubtful ??= new Set(entries.map((entry) => entry.seq));
    const { next, wait } = await choose(entries);
    if (!next) {
      if (entries.length === 0) succeeded();
      return wait;
    }
    // If this process was frozen meanwhile, another instance may have sent it.
    if (!allowed()) return 0;
    await deliver(next.entry, next.thread);
    return 0;
  };

  /** The oldest entry that may go now, or how long none may. */
  const choose = async (entries: readonly OutboxEntry[]) => {
    const now = timers.now();
    let wait = patience.look;
    for (const entry of entries) {
      const until = held.get(entry.incident)?.until ?? 0;
      const edited = entry.kind === 'card' && !stopping ? editedAt.get(entry.incident) : undefined;
      const due = Math.max(until, edited === undefined ? 0 : edited + editEvery);
      if (due <= now) return { next: { entry, thread: await outbox.thread(entry.incident) }, wait: 0 };
      wait = Math.min(wait, due - now);
    }
    return { next: undefined, wait };
  };

  const deliver = async (entry: OutboxEntry, known: Thread | undefined): Promise<void> => {
    const isForgotten = entry.follows === true && known === undefined;
    const isDoubtful = isForgotten || (doubtful?.has(entry.seq) ?? false);
    const thread = await send.deliver(entry, known, { doubtful: isDoubtful }).catch((error) => {
      refuse(entry, error instanceof SendError ? error.problem : { kind: 'unreachable', why: String(error) });
      return undefined;
    });
    if (!thread) return;
    undone = { entry, thread };
    succeeded();
    const now = timers.now();
    doubtful?.delete(entry.seq);
    held.delete(entry.incident);
    for (const [incident, at] of editedAt) if (at + editEvery <= now) editedAt.delete(incident);
    if (entry.kind === 'card') editedAt.set(entry.incident, now);
    await finish();
  };

  /** What was taken leaves the outbox before anything else is sent, however long that needs. */
  const finish = async (): Promise<void> => {
    if (!undone) return;
    await outbox.done(undone.entry, undone.thread);
    undone = undefined;
  };

  const refuse = (entry: OutboxEntry, why: SendProblem): void => {
    const now = timers.now();
    if (why.kind === 'unfit') {
      const { since = now } = held.get(entry.incident) ?? {};
      if (since === now) log.error({ incident: entry.incident, code: why.code }, unfitSaid);
      held.set(entry.incident, { since, until: now + patience.refused, code: why.code });
      return;
    }
    failingSince ??= now;
    if (why.kind === 'rate_limited') {
      waitUntil = now + Math.max(why.retryAfter * 1000, patience.first);
      say(`${name} limits our rate: alerts wait as long as it asks`);
    } else if (why.kind === 'refused') {
      waitUntil = now + patience.refused;
      say(`${name} refuses alerts (${why.code}): ${why.todo}; they are kept until then`);
    } else {
      doubtful?.add(entry.seq);
      waitUntil = now + backoff();
      say(`${name} cannot be reached (${why.why}): alerts are kept and tried again`);
    }
  };

  /** The outbox itself does not answer. */
  const failed = (error: unknown): number => {
    const wait = backoff();
    waitUntil = timers.now() + wait;
    say(`the outbox does not answer (${messageOf(error)}): alerts wait`);
    return wait;
  };

  const backoff = (): number => {
    const longest = Math.min(patience.first * 2 ** failures, patience.slowest);
    failures += 1;
    return longest * (0.5 + random() / 2);
  };

  /** A problem is logged once, and not with every try. */
  const say = (what: string): void => {
    if (what !== problem) log.error(what);
    problem = what;
  };

  const unfit = (): string | undefined => {
    const [first] = held;
    return (
      first &&
      `${unfitSaid}: ${first[0]} (${first[1].code})${held.size > 1 ? ` and ${held.size - 1} more` : ''}`
    );
  };

  const succeeded = (): void => {
    if (problem) log.info({ channel: name }, 'alerts are delivered again');
    problem = undefined;
    failures = 0;
    failingSince = undefined;
  };

  const wake = (): void => {
    awake.abort();
    if (!stopping) running ??= loop();
  };

  return {
    wake,
    problem: () => problem ?? unfit(),
    failing: (incident) => {
      const since = failingSince ?? held.get(incident)?.since;
      return since === undefined ? undefined : timers.now() - since;
    },
    stop: async () => {
      stopping = true;
      awake.abort();
      const late = new AbortController();
      await Promise.race([running, timers.sleep(patience.stop, late.signal)]);
      givenUp = true;
      late.abort();
    },
  };
};

const realTimers: DeliveryTimers = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
};
