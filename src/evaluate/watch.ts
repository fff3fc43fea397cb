/**
 * The watch: from windows to incidents, one second of event time after the other.
 * In: what changed in the windows. Out: moments, each with its findings and what they did to the incidents.
 * It holds the only state of detection: what was learned, which incidents live. No I/O, no clock; the daemon
 * and `tocsin replay` both drive it, and decide between two moments.
 */
import type { Engine } from '../detect/engine.ts';
import type { Finding } from '../detect/finding.ts';
import { type Duration, type Ms, ms, type Second, second, secondOf, startOf } from '../events/event.ts';
import { MINUTE_SECONDS } from '../events/time.ts';
import { absorb, type LifeLimits, resolve } from '../incidents/grouping.ts';
import {
  type Action,
  type Incident,
  type IncidentChange,
  isUnderPause,
  type Verdict,
} from '../incidents/incident.ts';
import {
  acknowledge,
  applyAction,
  type LifecycleOutcome,
  refuted,
  verified,
} from '../incidents/lifecycle.ts';
import type { WindowChanges } from '../windows/store/store.ts';
import type { ChangedSeconds, ProviderView, View } from '../windows/view.ts';
import type { WatchState } from './checkpoint.ts';
import { createLanes, type Lane } from './lanes.ts';
import { slices } from './slices.ts';

/** A pause is noted again and again while it goes on, so many seconds back each time. */
const PAUSE_STEP = 60;
/** So many reports dated in a silence end it; one or two may be strays of a provider that is silent all the same. */
const REPORTS_COME = 10;

export interface Moment {
  readonly at: Second;
  readonly findings: readonly Finding[];
  readonly changes: readonly IncidentChange[];
}

export interface Watch {
  /**
   * Takes changes in and looks at every second of every provider that changed, in order of time: a moment for each
   * second, though nothing was found, so that whoever drives can do other things between. A second is looked at again
   * whenever it fills, however late, and with it those behind it whose windows reach into it. Stop reading the moments
   * early and the rest is looked at next time.
   */
  advance(changes: WindowChanges, limits: Limits): Generator<Moment>;
  /** Takes changes in and decides nothing: an instance that does not lead keeps its live view current with it. */
  observe(changes: WindowChanges): void;
  incidents(): readonly Incident[];
  /**
   * Findings end by time alone: call it with the newest event time, or the clock when nothing is behind. A provider that
   * usually trails the others is given that time.
   */
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
  /** How far behind the newest event the watermark stays, for events out of order. */
  readonly lateness: Duration;
}

export const createWatch = (parts: { engine: Engine; view: View; life: LifeLimits }): Watch => {
  const { engine, view, life } = parts;
  let incidents: readonly Incident[] = [];
  const lanes = createLanes(view);
  /** Providers that are known from before, as they were at a minute: they may be silent. */
  let knownBefore: { readonly minute: number; readonly names: readonly string[] } = { minute: -1, names: [] };
  let reached: Second | undefined;
  const samples = new Map<string, string>();

  function* advance(changes: WindowChanges, limits: Limits): Generator<Moment> {
    for (const [provider, text] of changes.samples) samples.set(provider, text);
    for (const slice of slices(changes)) {
      passGap(slice);
      const changed = view.update(slice);
      yield* lookAt(changed, limits);
    }
  }

  /** Across a gap, what lies before it is learned while the view still holds it. */
  const passGap = ({ counts }: WindowChanges): void => {
    const next = Math.min(...counts.keys());
    if (view.head === undefined || !Number.isFinite(next) || next <= view.head + 60) return;
    for (const provider of lanes.providers()) engine.pass(view.ofProvider(provider), second(next - 1));
  };

  /** Up to which second a provider is complete: behind the watermark, and behind what it usually trails by. */
  const completeOf = (provider: string, { lateness }: Limits): Second | undefined =>
    view.watermark === undefined
      ? undefined
      : second(secondOf((view.watermark - lateness) as Ms) - 1 - view.behind(provider));

  /** Where a provider stands now, by its own time. */
  const timeOf = (provider: string, now: Ms): Ms => ms(now - view.behind(provider) * 1_000);

  function* lookAt(changed: ChangedSeconds, limits: Limits): Generator<Moment> {
    for (const [at, providers] of lanes.toLookAt(changed, engine.reopen)) {
      const findings = providers
        .flatMap((provider) => engine.detect(view.ofProvider(provider), at))
        .filter((one) => !isMeant(one));
      yield take(at, findings, providers);
      for (const provider of providers) {
        const lane = lanes.of(provider);
        lane.looked = Math.max(lane.looked ?? at, at);
        const complete = completeOf(provider, limits);
        if (complete !== undefined) learn(provider, Math.min(at - 1, complete));
      }
    }
    yield* lookForAbsence(limits);
    const { head, watermark } = view;
    if (head === undefined) return;
    const complete = watermark === undefined ? head : secondOf((watermark - limits.lateness) as Ms) - 1;
    reached = second(Math.max(head, complete));
  }

  /** Who should be sending and is not, once time has passed; and what that time teaches of everybody. */
  function* lookForAbsence(limits: Limits): Generator<Moment> {
    for (const provider of new Set([...lanes.providers(), ...known()])) {
      const complete = completeOf(provider, limits);
      const { head } = view;
      if (complete === undefined || head === undefined || provider === '') continue;
      const lane = lanes.of(provider);
      if (lane.passed === complete) continue;
      lane.passed = complete;
      const at = second(head - view.behind(provider));
      const upTo = second(Math.min(complete, at - limits.lateness / 1_000 - 1));
      const absent = findAbsence(provider, at, upTo);
      const findings = absent.filter((one) => !isMeant(one));
      if (findings.length > 0) yield take(at, findings, [provider]);
      else if (absent.length === 0) {
        const changes = endSilence(provider, at);
        if (changes.length > 0) yield { at, findings, changes };
      }
      leaveOutPauses(provider, at);
      learn(provider, complete);
    }
  }

  /** What is missing of a provider, asked for when it can be. */
  const findAbsence = (provider: string, at: Second, upTo: Second): readonly Finding[] => {
    const lane = lanes.of(provider);
    if (upTo < lane.absentAtSoonest) return [];
    const { findings, again } = engine.findAbsence(view.ofProvider(provider), at, upTo);
    lane.absentAtSoonest = again;
    return findings;
  };

  /** Who trails the others was not silent, once what was missed of it is there: only its reports are late. */
  const endSilence = (provider: string, at: Second): readonly IncidentChange[] => {
    const seconds = view.behind(provider);
    if (seconds === 0) return [];
    const minutes = Math.max(1, Math.round(seconds / MINUTE_SECONDS));
    const says = `it was late, not silent: its reports of that time come now, ${minutes} min after the others’`;
    const own = view.ofProvider(provider);
    // What is dated behind the second in which it was first missed may be of a provider that sends again.
    const hasCome = ({ latest: { detector, series, since }, firstAt }: Incident['findings'][number]) =>
      detector === 'silence' && own.sum(series, secondOf(since), secondOf(firstAt)) >= REPORTS_COME;
    return incidents.flatMap((one) =>
      one.provider === provider && one.status !== 'resolved' && one.findings.every(hasCome)
        ? (change(one.id, (incident) =>
            refuted(incident, { at: startOf(view.head ?? at), own: startOf(at), says }),
          ) ?? [])
        : [],
    );
  };

  const known = (): readonly string[] => {
    const minute = Math.floor((view.head ?? 0) / MINUTE_SECONDS);
    if (minute !== knownBefore.minute) {
      knownBefore = { minute, names: [...engine.providers()] };
      forgetIdle();
    }
    return knownBefore.names;
  };

  /** Of whom nothing is held any more, nothing is to be remembered: made-up names must not add up. */
  const forgetIdle = (): void => {
    for (const provider of lanes.providers())
      if (view.ofProvider(provider).first === undefined && !knownBefore.names.includes(provider))
        lanes.forget(provider);
  };

  const take = (at: Second, findings: readonly Finding[], providers: readonly string[]): Moment => {
    if (findings.length === 0 && incidents.length === 0) return { at, findings, changes: [] };
    const step = absorb(incidents, findings, at, {
      ...life,
      samples,
      // Whoever is looked at stands here; nobody else is further on than their own time.
      nowOf: (provider, now) =>
        providers.includes(provider) ? now : ms(Math.min(now, timeOf(provider, startOf(view.head ?? at)))),
    });
    incidents = step.incidents;
    for (const { provider, strength, since } of findings)
      if (strength === 'strong') engine.leaveOut(provider, secondOf(since), at, 'incident');
    for (const provider of providers) leaveOutPauses(provider, at);
    return { at, findings, changes: step.changes.map((change) => withSigns(change, at)) };
  };

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
    const signs = engine.signs(view.ofProvider(provider), {
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

  /** The silence of a pause is not what is usual. */
  const leaveOutPauses = (provider: string, at: Second): void => {
    for (const one of incidents) {
      if (one.provider === provider && isUnderPause(one))
        engine.leaveOut(provider, second(at - PAUSE_STEP), at, 'pause');
    }
  };

  const learn = (provider: string, upTo: number): void => {
    const own = view.ofProvider(provider);
    const lane = lanes.of(provider);
    if (own.first === undefined) return;
    const from = Math.max(own.first, lane.sealed + 1);
    if (from > upTo || isEmpty(own, lane, upTo)) return;
    engine.seal(own, second(from), second(upTo));
    lane.sealed = upTo;
  };

  /**
   * Whether nothing is lost when a provider's seconds are learned later, with those that follow: nothing came in them,
   * no minute begins or ends, and nothing is noted of what must not be learned.
   */
  const isEmpty = (own: ProviderView, { sealed }: Lane, upTo: number): boolean => {
    const minute = (at: number) => Math.floor(at / MINUTE_SECONDS);
    if (minute(sealed) !== minute(upTo) || minute(sealed + 1) !== minute(upTo + 1)) return false;
    for (let at = sealed + 1; at <= upTo; at++) if (own.active(second(at))) return false;
    return !incidents.some(({ provider, status }) => provider === own.provider && status !== 'resolved');
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
    observe: (changes) => void view.update(changes),
    incidents: () => incidents,
    expire: (now) => {
      const step = resolve(incidents, now, { ...life, nowOf: timeOf });
      incidents = step.incidents;
      return step.changes;
    },
    act: (action) => change(action.incident, (incident) => applyAction(incident, action)),
    verify: (id, verdict) => change(id, (incident) => verified(incident, verdict)),
    acknowledge: (id, at, by) => change(id, (incident) => acknowledge(incident, at, by)),
    reached: () => reached,
    save: (withLearned) => ({
      ...lanes.save(),
      learned: withLearned ? Object.fromEntries(engine.changes()) : {},
    }),
    load: (state, known) => {
      incidents = known;
      if (state === undefined) {
        lanes.resume();
        return 0;
      }
      lanes.load(state);
      return engine.restore(new Map(Object.entries(state.learned)));
    },
  };
};
