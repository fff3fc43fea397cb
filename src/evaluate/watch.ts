/**
 * The watch: from windows to incidents, one second of event time after the other.
 * In: what changed in the windows. Out: moments, each with its findings and what they did to the incidents.
 * It holds the only state of detection: what was learned, which incidents live. No I/O, no clock; the daemon
 * and `tocsin replay` both drive it, and decide between two moments.
 */
import type { Engine } from '../detect/engine.ts';
import type { Finding } from '../detect/finding.ts';
import { type Duration, type Ms, type Second, second, secondOf, startOf } from '../events/event.ts';
import { absorb, type LifeLimits, resolve } from '../incidents/grouping.ts';
import {
  type Action,
  type Incident,
  type IncidentChange,
  isUnderPause,
  type Verdict,
} from '../incidents/incident.ts';
import { acknowledge, applyAction, type LifecycleOutcome, verified } from '../incidents/lifecycle.ts';
import type { WindowChanges } from '../windows/store/store.ts';
import type { View } from '../windows/view.ts';
import type { WatchState } from './checkpoint.ts';

/** The longest stretch of event time taken in before it is looked at, since the view holds little more than an hour. */
const SLICE_SECONDS = 120;
/** A watch that lost its state looks again at so many seconds of what it has seen: others may have looked at less. */
const LOOKED_AGAIN = 10;
/** Partitions further apart than this are not looked at together before the slowest has caught up. */
const APART_SECONDS = 10;

export interface Moment {
  readonly at: Second;
  readonly findings: readonly Finding[];
  readonly changes: readonly IncidentChange[];
}

export interface Watch {
  /**
   * Takes changes in and looks at every second up to `until(view)`: a moment for each, though nothing was found, so
   * that whoever drives can do other things between. The newest second is looked at again each time, since it still
   * fills. Stop reading the moments early and the rest is looked at next time.
   */
  advance(changes: WindowChanges, limits: Limits): Generator<Moment>;
  /** Takes changes in and decides nothing: an instance that does not lead keeps its live view current with it. */
  observe(changes: WindowChanges): void;
  incidents(): readonly Incident[];
  /** Ends what ends by time alone; `now` is the newest event time, or the clock when nothing is behind. */
  expire(now: Ms): readonly IncidentChange[];
  act(action: Action): IncidentChange | undefined;
  /** Takes in what the stream says of an incident's pause. */
  verify(incident: string, verdict: Verdict): IncidentChange | undefined;
  acknowledge(incident: string, at: Ms, by: string): IncidentChange | undefined;
  /** Every second up to this one has been looked at, those without any event too; undefined before the first. */
  reached(): Second | undefined;
  /** What a restart or another instance goes on from; with what was learned since it was last asked for. */
  save(withLearned: boolean): WatchState;
  /**
   * Answers how much of what was learned is of another version of tocsin, and is learned anew. Without a state it goes
   * on from what it has seen itself.
   */
  load(state: WatchState | undefined, incidents: readonly Incident[]): number;
}

export interface Limits {
  /** live: up to the newest second, though it still fills. complete: only seconds behind the watermark. */
  readonly upTo: 'live' | 'complete';
  readonly lateness: Duration;
}

export const createWatch = (parts: { engine: Engine; view: View; life: LifeLimits }): Watch => {
  const { engine, view, life } = parts;
  let incidents: readonly Incident[] = [];
  let detected: Second | undefined;
  let sealed: Second | undefined;
  let reached: Second | undefined;
  let samples: ReadonlyMap<string, string> = new Map();

  function* advance(changes: WindowChanges, limits: Limits): Generator<Moment> {
    if (changes.samples.size > 0) samples = new Map([...samples, ...changes.samples]);
    for (const slice of slices(changes)) {
      passGap(slice);
      view.update(slice);
      yield* lookAt(limits, slice);
    }
  }

  /** Across a gap, what lies before it is learned while the view still holds it. */
  const passGap = ({ counts }: WindowChanges): void => {
    const next = Math.min(...counts.keys());
    if (view.head !== undefined && Number.isFinite(next) && next > view.head + 60) {
      engine.pass(view, second(next - 1));
    }
  };

  function* lookAt(limits: Limits, changes: WindowChanges): Generator<Moment> {
    if (view.watermark === undefined || view.head === undefined) return;
    const complete = second(secondOf((view.watermark - limits.lateness) as Ms) - 1);
    const until =
      limits.upTo === 'complete' || view.head - complete > APART_SECONDS + limits.lateness / 1000
        ? complete
        : view.head;
    for (const at of secondsToLookAt(until, changes)) {
      const behind = second(Math.min(complete, at - limits.lateness / 1000 - 1));
      const findings = engine.detect(view, at, behind).filter((one) => !isMeant(one));
      detected = at;
      const step = absorb(incidents, findings, at, { ...life, samples });
      incidents = step.incidents;
      leaveOut(findings, at);
      const changes = step.changes.map((change) => withSigns(change, at));
      yield { at, findings, changes };
      learn(second(Math.min(at - 1, complete)));
    }
    learn(second(Math.min(until, complete)));
    reached = second(Math.max(until, complete));
  }

  /** Every second since the last look, the last one again if it filled; never further back than the view holds. */
  function* secondsToLookAt(until: Second, changes: WindowChanges): Generator<Second> {
    const first = view.first;
    if (first === undefined) return;
    for (let at = Math.max(detected ?? first, first); at <= until; at++) {
      if (at === detected && !changes.counts.has(second(at))) continue;
      if (view.active(second(at))) yield second(at);
    }
  }

  /** Whether it looks like a break-in or a bug is worked out when an incident is news. */
  const withSigns = (change: IncidentChange, at: Second): IncidentChange => {
    const { kind, incident } = change;
    if (incident.severity !== 'critical' || kind === 'resolved') return change;
    const { provider, findings, openedAt } = incident;
    const unordered = findings.some(
      ({ latest }) => latest.detector === 'unordered' && latest.strength === 'strong',
    );
    const others = incidents.flatMap((other) =>
      other.provider !== provider && other.severity === 'critical' && other.status !== 'resolved'
        ? [other.provider]
        : [],
    );
    const signs = engine.signs(view, {
      provider,
      since: secondOf(openedAt),
      at,
      unordered,
      others: [...new Set(others)].sort(),
    });
    const signed = { ...incident, signs };
    replaceIncident(signed);
    return { ...change, incident: signed };
  };

  /** Whether a finding is what was wanted: a provider that is paused is silent. */
  const isMeant = ({ detector, provider }: Finding): boolean =>
    detector === 'silence' && incidents.some((one) => one.provider === provider && isUnderPause(one));

  /** Keeps what went wrong, and the silence of a pause, out of what is learned as usual. */
  const leaveOut = (findings: readonly Finding[], at: Second): void => {
    for (const { provider, strength, since } of findings) {
      if (strength === 'strong') engine.leaveOut(provider, secondOf(since), at, 'incident');
    }
    for (const one of incidents) {
      if (isUnderPause(one)) engine.leaveOut(one.provider, second(at - 60), at, 'pause');
    }
  };

  const learn = (upTo: Second): void => {
    if (view.first === undefined) return;
    const from = Math.max(view.first, (sealed ?? 0) + 1);
    if (from > upTo) return;
    engine.seal(view, second(from), upTo);
    sealed = upTo;
  };

  const replaceIncident = (incident: Incident): void => {
    incidents = incidents.map((other) => (other.id === incident.id ? incident : other));
  };

  const change = (
    id: string | null,
    happens: (incident: Incident) => LifecycleOutcome,
  ): IncidentChange | undefined => {
    const incident = incidents.find((candidate) => candidate.id === id);
    if (!incident) return undefined;
    const outcome = happens(incident);
    replaceIncident(outcome.incident);
    return outcome.change;
  };

  return {
    advance,
    observe: (changes) => view.update(changes),
    incidents: () => incidents,
    expire: (now) => {
      const step = resolve(incidents, now, life);
      incidents = step.incidents;
      return step.changes;
    },
    act: (action) => change(action.incident, (incident) => applyAction(incident, action)),
    verify: (id, verdict) => change(id, (incident) => verified(incident, verdict)),
    acknowledge: (id, at, by) => change(id, (incident) => acknowledge(incident, at, by)),
    reached: () => reached,
    save: (withLearned) => ({
      detected: detected ?? null,
      sealed: sealed ?? null,
      learned: withLearned ? Object.fromEntries(engine.changes()) : {},
    }),
    load: (state, known) => {
      incidents = known;
      if (state === undefined) {
        if (view.head !== undefined) detected = second(Math.max(detected ?? 0, view.head - LOOKED_AGAIN));
        return 0;
      }
      detected = state.detected === null ? undefined : second(state.detected);
      sealed = state.sealed === null ? undefined : second(state.sealed);
      return engine.restore(new Map(Object.entries(state.learned)));
    },
  };
};

/** Cuts changes that span more event time than the view should take at once. */
function* slices(changes: WindowChanges): Generator<WindowChanges> {
  const seconds = [...changes.counts.keys()].sort((a, b) => a - b);
  const first = seconds[0];
  const last = seconds.at(-1);
  if (first === undefined || last === undefined || last - first <= SLICE_SECONDS) {
    yield changes;
    return;
  }
  for (let from: number = first; from <= last; ) {
    const start = from;
    const end = start + SLICE_SECONDS;
    const inside = seconds.filter((at) => at >= start && at < end);
    const startsBefore = <T>(slots: ReadonlyMap<`${string}@${number}`, T>) =>
      new Map([...slots].filter(([key]) => Number(key.slice(key.lastIndexOf('@') + 1)) < end * 1000));
    const edge = startOf(second(inside.at(-1) ?? start));
    yield {
      ...changes,
      counts: new Map(inside.map((at) => [at, changes.counts.get(at) ?? new Map()])),
      distinct: startsBefore(changes.distinct) as WindowChanges['distinct'],
      tallies: startsBefore(changes.tallies) as WindowChanges['tallies'],
      partitions:
        end > last
          ? changes.partitions
          : changes.partitions.map((p) => ({ ...p, watermark: Math.min(p.watermark, edge) as Ms })),
    };
    from = seconds.find((at) => at >= end) ?? last + 1;
  }
}
