/**
 * A year of counts through the watch and the policy. In: the year's minutes and its faults. Out: what was found of
 * each fault, how soon, after how many messages; which pauses hit a healthy provider; what else was told.
 */
import { configSchema, defaultProvider } from '../../../src/config/schema.ts';
import { createEngine, type Estimate } from '../../../src/detect/engine.ts';
import { createWatch, type Moment } from '../../../src/evaluate/watch.ts';
import { type Duration, type Ms, ms, type Second, secondOf, startOf } from '../../../src/events/event.ts';
import { HOUR } from '../../../src/events/time.ts';
import { asDone } from '../../../src/incidents/action.ts';
import type { Incident } from '../../../src/incidents/incident.ts';
import { decide } from '../../../src/respond/policy.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import {
  type Announcement,
  DISTINCT_SLOT,
  type SlotKey,
  type WindowChanges,
} from '../../../src/windows/store/store.ts';
import { createView, type View } from '../../../src/windows/view.ts';
import { calm } from '../../incidents/build.ts';
import type { Fault } from './faults.ts';
import type { MinuteOfCounts } from './sender.ts';

export interface Verdict {
  readonly fault: Fault;
  /** Seconds from its first message to the first strong finding on its provider, and to the pause; null: never. */
  readonly found: number | null;
  readonly paused: number | null;
  readonly detectors: readonly string[];
  /** Messages it sent in all, and before it was found. */
  readonly sent: number;
  readonly leaked: number;
}

export interface Judged {
  readonly verdicts: readonly Verdict[];
  /** Pauses of a provider with nothing wrong. */
  readonly wrongPauses: readonly string[];
  /** Incidents with a strong finding, and with warnings only, while nothing was wrong; each as one line. */
  readonly strong: readonly string[];
  readonly warnings: readonly string[];
}

const PIECE = 10;
const PIECES = 60 / PIECE;
/** What a fault leaves in the windows is not held against the detectors for so long after it. */
const AFTERMATH = 3_600_000;
const LATENESS = 2_000 as Duration;
const KEPT = 2 * 86_400_000;

interface Trace {
  first: number | undefined;
  found: number | undefined;
  paused: number | undefined;
  sent: number;
  leaked: number;
  readonly detectors: Set<string>;
}

export const judge = (minutes: Iterable<MinuteOfCounts>, faults: readonly Fault[]): Judged => {
  const config = configSchema.parse({ mode: 'armed' });
  const view = createView();
  const distinct = new Map<SlotKey, number>();
  const watch = createWatch({
    engine: createEngine({ config: config.detect, estimate: exact }),
    view: withExactDistinct(view, distinct),
    life: { ...config.incidents, quietEndsPauses: true },
  });
  const traces = new Map(faults.map((fault) => [fault.id, newTrace()]));
  const wrongPauses: string[] = [];
  const told = new Map<string, string>();
  let announced: ReadonlyMap<string, Announcement> = new Map();
  let pauses: Ms[] = [];

  const faultAt = (provider: string, at: Ms): Fault | undefined =>
    faults.find((one) => one.provider === provider && at >= one.start && at <= one.end + AFTERMATH);

  const take = ({ at, findings }: Moment): void => {
    for (const { provider, strength, detector } of findings) {
      const fault = faultAt(provider, startOf(at));
      const trace = fault && traces.get(fault.id);
      if (!trace || strength !== 'strong' || startOf(at) > fault.end) continue;
      trace.found ??= at;
      trace.detectors.add(detector);
    }
    for (const incident of watch.incidents()) {
      if (!incident.findings.some(({ latest }) => latest.at === at)) continue;
      respond(incident, at);
      if (!faultAt(incident.provider, startOf(at))) told.set(incident.id, describe(incident));
    }
  };

  const respond = (incident: Incident, at: Second): void => {
    const now = startOf(at);
    pauses = pauses.filter((past) => now - past < HOUR);
    const provider = { ...defaultProvider };
    const decision = decide(incident, {
      now,
      config: config.respond,
      mode: 'armed',
      provider,
      campaigns: {},
      recentPauses: pauses,
      ...calm,
    });
    if (decision.kind !== 'pause') return;
    pauses.push(now);
    const { id, provider: name } = incident;
    const order = { provider: name, reason: decision.reason, incident: id, by: 'policy', at: now };
    watch.act(asDone({ ...order, action: 'pause', dryRun: false }));
    const fault = faultAt(name, now);
    const trace = fault && traces.get(fault.id);
    if (trace) trace.paused ??= at;
    else wrongPauses.push(`${new Date(now).toISOString()} ${name}: ${decision.reason}`);
  };

  for (const minute of minutes) {
    const now = startOf(minute.start);
    announced = new Map(
      [...announced, ...minute.announced.map((one) => [one.id, one] as const)].filter(
        ([, { end }]) => end > now - KEPT,
      ),
    );
    for (const [slot, people] of minute.distinct) distinct.set(slot, people);
    for (const changes of pieces(minute, announced)) {
      for (const moment of watch.advance(changes, { lateness: LATENESS })) take(moment);
    }
    watch.expire(now);
    forget(distinct, now - HOUR);
    for (const id of minute.truth) follow(traces.get(id), minute);
  }
  const lines = [...told.values()];
  return {
    verdicts: faults.map((fault) => verdictOf(fault, traces.get(fault.id) ?? newTrace())),
    wrongPauses,
    strong: lines.filter((line) => line.includes(':strong')),
    warnings: lines.filter((line) => !line.includes(':strong')),
  };
};

const newTrace = (): Trace => ({
  first: undefined,
  found: undefined,
  paused: undefined,
  sent: 0,
  leaked: 0,
  detectors: new Set(),
});

const follow = (trace: Trace | undefined, minute: MinuteOfCounts): void => {
  if (!trace || minute.leaked === 0) return;
  trace.first ??= minute.start;
  trace.sent += minute.leaked;
  // The minute in which it was found counts up to the second.
  const part = trace.found === undefined ? 1 : Math.max(0, Math.min(1, (trace.found - minute.start) / 60));
  trace.leaked += Math.round(minute.leaked * part);
};

const verdictOf = (fault: Fault, trace: Trace): Verdict => {
  const since = Math.max(secondOf(fault.start), trace.first ?? 0);
  const after = (at: number | undefined) => (at === undefined ? null : Math.max(0, at - since));
  const { sent, leaked, detectors } = trace;
  return {
    fault,
    found: after(trace.found),
    paused: after(trace.paused),
    detectors: [...detectors],
    sent,
    leaked,
  };
};

/** Ten seconds at a time, so that nothing is looked at long before it happened. */
function* pieces(
  minute: MinuteOfCounts,
  announced: ReadonlyMap<string, Announcement>,
): Generator<WindowChanges> {
  for (let piece = 0; piece < PIECES; piece++) {
    const from = minute.start + piece * PIECE;
    const inside = [...minute.counts].filter(([at]) => at >= from && at < from + PIECE);
    yield {
      cursor: {},
      partitions: [
        { partition: 'year', next: 0, watermark: ms((from + PIECE) * 1000 - 1), countedAt: ms(0) },
      ],
      counts: new Map(inside),
      distinct: new Map(),
      tallies: piece === PIECES - 1 ? minute.tallies : new Map(),
      samples: new Map(),
      announced,
    };
  }
}

/** The year knows how many people there are; sketches of them would take most of the time. */
const withExactDistinct = (view: View, distinct: ReadonlyMap<SlotKey, number>): View =>
  Object.assign(Object.create(view) as View, {
    distinct: (series: SeriesKey, from: Ms, to: Ms) => {
      let sum = 0;
      // What we ask for goes to everybody once.
      if (series.startsWith('submitted')) sum = view.sum(series, secondOf(from), secondOf(to));
      for (let slot = from - (from % DISTINCT_SLOT); slot <= to; slot += DISTINCT_SLOT) {
        sum += distinct.get(`${series}@${slot}`) ?? 0;
      }
      return new Uint8Array(Uint32Array.of(sum).buffer);
    },
  });
const exact: Estimate = (...sketches) =>
  sketches.reduce((sum, { buffer }) => sum + (new Uint32Array(buffer)[0] ?? 0), 0);

const forget = (distinct: Map<SlotKey, number>, before: number): void => {
  for (const slot of distinct.keys()) {
    if (Number(slot.slice(slot.lastIndexOf('@') + 1)) >= before) return;
    distinct.delete(slot);
  }
};

const describe = ({ openedAt, provider, findings }: Incident): string => {
  const kinds = findings.map(({ latest }) => `${latest.detector}:${latest.strength}`);
  const says = findings[0]?.latest.says ?? '';
  return `${new Date(openedAt).toISOString().slice(0, 16)} ${provider} ${[...new Set(kinds)].join(' ')} | ${says}`;
};
