/**
 * Evaluating: what the one instance that holds the lease does, several times a second.
 * In: what changed in the store. Out: incidents saved, alerts in the outbox, orders to the executor.
 * Nothing is forgotten between them: what could not be written is written first the next time.
 */
import { setImmediate as breathe } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Leadership } from '../cluster/leadership.ts';
import { Fenced } from '../cluster/lease.ts';
import { type Clock, type Ms, startOf } from '../events/event.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Action, IncidentChange, Verdict } from '../incidents/incident.ts';
import { createPublisher, settled } from '../incidents/publish.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { createNotices } from '../notify/notices.ts';
import type { Outbox } from '../notify/outbox/outbox.ts';
import { type AutoPauseParts, createAutoPause, LATELY } from '../respond/auto-pause.ts';
import { isKnown, untold } from '../respond/recovery.ts';
import type { Cursor, WindowChanges, WindowStore } from '../windows/store/store.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Mailbox, MailboxMessage } from './mailbox.ts';
import type { ReportDelays } from './report-delays.ts';
import type { EvaluationStatus } from './status.ts';
import type { Limits, Moment, Watch } from './watch.ts';

export interface EvaluatorParts extends Omit<AutoPauseParts, 'incidents' | 'living' | 'told'> {
  readonly store: WindowStore;
  readonly watch: Watch;
  readonly checkpoint: Checkpoint;
  readonly leadership: Pick<
    Leadership,
    'acquire' | 'assume' | 'stepDown' | 'lapse' | 'token' | 'leading' | 'renewing' | 'watching'
  >;
  readonly incidents: IncidentStore;
  readonly journal: Journal;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  /** How late each provider's reports come; absent in a replay, where nothing arrives. */
  readonly delays?: Pick<ReportDelays, 'note' | 'save' | 'load'>;
  readonly status: Pick<EvaluationStatus, 'evaluated' | 'reached' | 'savedAt' | 'saved'>;
  readonly limits: Limits;
  /** The time up to which silence counts: the clock, or the newest event time in a replay. */
  readonly silentUntil: () => Ms;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onMoment?: (moment: Moment) => void;
  readonly onAction?: (action: Action) => void;
  /** Gives all else that waits in the process its turn, between two seconds; by default once in a few ms. */
  readonly letOthersRun?: () => Promise<void>;
}

export interface Evaluator {
  /** One look. Throws when the store is away; call it again. */
  tick(): Promise<void>;
  /** An operator's or the policy's action, made part of the incident; while another instance leads, by that one. */
  told(action: Action): Promise<void>;
  /** What the stream says of an incident's pause, made part of the incident. */
  verify(incident: string, verdict: Verdict): Promise<void>;
  /** Somebody has taken the incident up; while another instance leads, that one makes it part of the incident. */
  acknowledge(incident: string, by: string): Promise<void>;
  /** Writes what the next start goes on from. */
  save(): Promise<void>;
}

const SAVE_EVERY = 5_000;
/** For so many ms seconds are looked at before all else that waits in the process has its turn. */
const AT_ONCE = 5;
/** What is learned changes by the minute, and is learned again from the windows when it is lost. */
const SAVE_LEARNED_EVERY = 60_000;

export const createEvaluator = (parts: EvaluatorParts): Evaluator => {
  const { config, leadership, status, store, watch, incidents, journal, outbox, executor, log } = parts;
  const { letOthersRun = takingTurns() } = parts;
  const notices = createNotices({ config, outbox, clock: parts.clock, mode: parts.mode });
  const publisher = createPublisher({
    store: incidents,
    journal,
    tell: async (changes, by) => outbox.put(await notices(changes, watch.incidents()), by),
  });
  const responding = createAutoPause({
    ...parts,
    living: () => watch.incidents(),
    told: (action) => told(action),
  });
  let cursor: Cursor | undefined;
  let learnedSavedAt = 0;
  let unsaved: Readonly<Record<string, string>> = {};

  const tick = async (): Promise<void> => {
    // It is asked for before the lease is: whoever holds that, what changed is looked at.
    const reading = store.read(cursor);
    reading.catch(() => undefined);
    const token = await leadership.acquire();
    if (token === null) return standBy(await reading);
    try {
      // A takeover, or Redis, may take longer than a lease.
      await leadership.renewing(() => look(token, reading));
    } catch (error) {
      if (!(error instanceof Fenced)) throw error;
      log.warn({ token }, error.message);
      leadership.lapse();
    }
  };

  const look = async (token: number, reading: Promise<WindowChanges>): Promise<void> => {
    if (token !== leadership.token()) await takeOver(token);
    const [changes] = await Promise.all([reading, parts.mailbox.drain(take)]);
    const isStillOurs = leadership.watching(token);
    parts.delays?.note(changes, parts.clock());
    for (const moment of watch.advance(changes, parts.limits)) {
      // Catching up on a backlog takes longer than a lease; once it is lost, the rest is somebody else's.
      if (!(await isStillOurs())) return;
      parts.onMoment?.(moment);
      await write(moment.changes);
      if (moment.findings.length > 0) await responding.at(moment.at);
      await letOthersRun();
    }
    cursor = changes.cursor;
    await tellHowFar();
    await write(watch.expire(parts.silentUntil()));
    if (parts.clock() - (status.savedAt() ?? 0) >= SAVE_EVERY)
      await save(parts.clock() - learnedSavedAt >= SAVE_LEARNED_EVERY);
  };

  /** Says how far it is, so that whoever reads the log, here or elsewhere, stays within reach. */
  const tellHowFar = async (): Promise<void> => {
    const reached = watch.reached();
    if (reached === undefined || startOf(reached) === status.evaluated()) return;
    status.reached(startOf(reached));
    await store.evaluated(startOf(reached));
  };

  /** Another instance decides; this one keeps its picture and its list of incidents current. */
  const standBy = async (changes: WindowChanges): Promise<void> => {
    if (leadership.stepDown()) publisher.recover([]);
    parts.delays?.note(changes, parts.clock());
    watch.observe(changes);
    cursor = changes.cursor;
    status.reached(changes.evaluated);
    watch.load(undefined, settled(await incidents.load()));
  };

  const takeOver = async (token: number): Promise<void> => {
    // First of all nobody before us writes any more: what is read then is the last of it.
    await Promise.all([incidents.save([], token), outbox.put([], token), journal.append([], token)]);
    await executor.finish();
    const [state, known, actions] = await Promise.all([
      parts.checkpoint.load(token),
      incidents.load(),
      incidents.actions(LATELY),
    ]);
    publisher.recover(known);
    const learned = state && (parts.delays?.load(state.learned) ?? state.learned);
    const unknown = watch.load(state && { ...state, learned: learned ?? {} }, settled(known));
    if (unknown > 0) log.warn({ unknown }, 'learned by another version of tocsin: learned anew from here');
    responding.recall(actions);
    leadership.assume(token);
    log.info({ token, incidents: known.length }, 'evaluating from now on');
    for (const action of untold(actions, known)) await told(action);
  };

  const write = (changes: readonly IncidentChange[]): Promise<void> =>
    publisher.write(changes, leadership.token() ?? undefined);

  const told = async (action: Action): Promise<void> => {
    parts.onAction?.(action);
    if (!leadership.leading()) return parts.mailbox.pass({ kind: 'acted', action });
    const change = watch.act(action);
    if (change) await write([change]);
  };

  const acknowledge = async (incident: string, by: string): Promise<void> => {
    if (!leadership.leading()) return parts.mailbox.pass({ kind: 'acknowledged', incident, by });
    const change = watch.acknowledge(incident, parts.clock(), by);
    if (change) await write([change]);
  };

  /** Applies what waited in the mailbox; what was applied before and comes again changes nothing. */
  const take = async (one: MailboxMessage): Promise<void> => {
    if (one.kind === 'acknowledged') return acknowledge(one.incident, one.by);
    const { action } = one;
    const incident = watch.incidents().find(({ id }) => id === action.incident);
    if (incident && !isKnown(action, incident)) await told(action);
  };

  const save = async (withLearned: boolean): Promise<void> => {
    const token = leadership.token();
    if (token === null) return;
    await publisher.keep(watch.incidents(), token);
    const state = watch.save(withLearned);
    unsaved = { ...unsaved, ...state.learned, ...(withLearned ? parts.delays?.save() : {}) };
    await parts.checkpoint.save({ ...state, learned: unsaved }, token);
    unsaved = {};
    const now = parts.clock();
    status.saved(now);
    if (withLearned) learnedSavedAt = now;
  };

  return {
    tick,
    told,
    save: () => save(true),
    verify: async (incident, verdict) => {
      const change = watch.verify(incident, verdict);
      if (change) await write([change]);
    },
    acknowledge,
  };
};

/** Answers from Kafka and Redis must not wait while many seconds, or one of thousands of series, are looked at. */
const takingTurns = (): (() => Promise<void>) => {
  let aloneSince = 0;
  return async () => {
    if (performance.now() - aloneSince < AT_ONCE) return;
    await breathe();
    aloneSince = performance.now();
  };
};
