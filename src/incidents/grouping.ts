/**
 * Findings become incidents: they are absorbed, silence resolves, a return reopens. Pure; event time only.
 * In: the incidents so far and what one second brought. Out: the next incidents and what is worth telling.
 */
import { byProvider } from '../detect/series/by-provider.ts';
import { type Duration, type Ms, ms, type Second, startOf } from '../events/event.ts';
import { HOUR } from '../events/time.ts';
import { largest, merged, sampleFor, severityOf, told } from './evidence.ts';
import { DETECTION, type Finding, type Incident, type IncidentChange, isUnderPause } from './incident.ts';
import { isSameBlame } from './kinship.ts';
import { KEPT_RESOLVED, pauseEndedAt } from './lifecycle.ts';
import { relate } from './relate.ts';
import { move } from './transitions.ts';

export interface GroupingStep {
  readonly incidents: Incident[];
  readonly changes: IncidentChange[];
}

export interface LifeLimits {
  /** An incident without findings or a pause for this long is resolved. */
  readonly resolveAfter: Duration;
  /** What is seen again so soon after the end is the same incident. */
  readonly reopenWithin: Duration;
  /** For a log that is read again: nobody is there to end a pause, and its messages went on, so that quiet ends it. */
  readonly quietEndsPauses?: boolean;
  /** Where a provider stands by its own time when it is `now` for the others; there, too, when absent. */
  readonly nowOf?: (provider: string, now: Ms) => Ms;
}

const MAX_REOPENED = 10;
/** An incident that came back this often within an hour is flapping. */
const FLAPS = 3;

/**
 * Puts the findings of one second into each provider's unresolved incident, or reopens or opens one. The same second
 * may come several times while it fills: findings of one detector and series replace each other.
 */
export const absorb = (
  known: readonly Incident[],
  findings: readonly Finding[],
  at: Second,
  options: LifeLimits & { readonly samples: ReadonlyMap<string, string> },
): GroupingStep => {
  const { incidents, changes } = resolve(known, startOf(at), options);
  const touched: number[] = [];
  for (const [provider, own] of byProvider(findings)) {
    const sample = sampleFor(own, options.samples);
    const index = indexFor(incidents, own, startOf(at), options.reopenWithin);
    const before = incidents[index];
    // A second that is looked at again, since it filled late or another instance took over, brings no incident back.
    if (before?.status === 'resolved' && startOf(at) <= before.lastSeenAt) continue;
    const { incident, change } =
      before === undefined
        ? opened(freeId(incidents, provider, at), own, at, sample)
        : before.status === 'resolved'
          ? reopened(before, own, at)
          : joined(before, own, at, sample);
    const place = before === undefined ? incidents.length : index;
    incidents[place] = incident;
    if (change) changes.push(change);
    touched.push(place);
  }
  for (const place of touched) relate(incidents, changes, place, startOf(at));
  return { incidents, changes };
};

/** Resolves what has been quiet for long enough and is not paused; resolved ones are dropped after a day. */
export const resolve = (known: readonly Incident[], now: Ms, limits: LifeLimits): GroupingStep => {
  if (known.length === 0) return { incidents: [], changes: [] };
  const changes: IncidentChange[] = [];
  const incidents = known.flatMap((incident) => {
    const here = limits.nowOf?.(incident.provider, now) ?? now;
    if (incident.status === 'resolved')
      return here - (incident.resolvedAt ?? here) > KEPT_RESOLVED ? [] : incident;
    const quiet = quietFor(incident, limits);
    const isEnded = isUnderPause(incident) && limits.quietEndsPauses;
    const moved = move(isEnded ? 'open' : incident.status, 'quiet');
    // When a pause ends, the quiet begins anew: what the pause held down may come back.
    const since = Math.max(incident.lastSeenAt, pauseEndedAt(incident.actions) ?? 0);
    if (here - since < quiet || 'refused' in moved) return incident;
    const at = ms(since + quiet);
    const next: Incident = {
      ...incident,
      status: moved.to,
      resolvedAt: at,
      revision: incident.revision + 1,
    };
    const lasted = inWords(incident.lastSeenAt - incident.openedAt + 1000);
    const says = `Resolved: nothing more for ${inWords(quiet)}; it lasted ${lasted}`;
    changes.push({
      ...{ kind: 'resolved', cause: 'quiet', incident: next, says, at, by: DETECTION },
      from: incident.status,
    });
    return next;
  });
  return { incidents, changes };
};

/** An incident that flaps is held open for longer, so that nobody is called in circles. */
const quietFor = (incident: Incident, { resolveAfter, reopenWithin }: LifeLimits): Duration =>
  isFlapping(incident) && reopenWithin > resolveAfter ? reopenWithin : resolveAfter;

const isFlapping = ({ reopened = [], lastSeenAt }: Incident): boolean =>
  reopened.filter((at) => lastSeenAt - at < HOUR).length >= FLAPS;

/** The provider's unresolved incident, else the one that ended last if it is back; -1 when it is something else. */
const indexFor = (
  incidents: readonly Incident[],
  findings: readonly Finding[],
  now: Ms,
  reopenWithin: Duration,
): number => {
  const provider = findings[0]?.provider;
  const live = incidents.findIndex((one) => one.provider === provider && one.status !== 'resolved');
  if (live >= 0) return live;
  return incidents.findLastIndex(
    (one) =>
      one.provider === provider &&
      now - (one.resolvedAt ?? one.lastSeenAt) <= reopenWithin &&
      isSameBlame(one, findings),
  );
};

interface Absorbed {
  readonly incident: Incident;
  readonly change?: IncidentChange;
}

const opened = (
  id: string,
  findings: readonly Finding[],
  at: Second,
  sample: string | undefined,
): Absorbed => {
  const incident: Incident = {
    id,
    provider: findings[0]?.provider ?? '',
    status: 'open',
    openedAt: startOf(at),
    lastSeenAt: startOf(at),
    severity: severityOf(findings),
    findings: merged([], findings),
    actions: [],
    ...(sample === undefined ? {} : { sample }),
    told: largest(findings),
    revision: 1,
  };
  return { incident, change: changeBy('opened', incident, told(findings), at, null) };
};

/** The incident that is back after its end, under the name that it had. */
const reopened = (before: Incident, findings: readonly Finding[], at: Second): Absorbed => {
  const moved = move(before.status, 'return');
  if ('refused' in moved) return { incident: before };
  const { resolvedAt, acknowledged, verdict, ...rest } = before;
  const incident: Incident = {
    ...rest,
    status: moved.to,
    lastSeenAt: startOf(at),
    severity: before.severity === 'critical' ? 'critical' : severityOf(findings),
    findings: merged(before.findings, findings),
    reopened: [...(before.reopened ?? []), startOf(at)].slice(-MAX_REOPENED),
    told: Math.max(before.told ?? 0, largest(findings)),
    revision: before.revision + 1,
  };
  const often = isFlapping(incident) ? `, ${FLAPS} times or more within an hour: held open for longer` : '';
  // A provider that trails the others comes back at a time of its own, which may lie before the end was told.
  const away = Math.max(0, startOf(at) - (resolvedAt ?? startOf(at)));
  const says = `Back after ${inWords(away)}${often}: ${told(findings)}`;
  return { incident, change: changeBy('reopened', incident, says, at, before.status) };
};

const joined = (
  before: Incident,
  findings: readonly Finding[],
  at: Second,
  sample: string | undefined,
): Absorbed => {
  const worse = before.severity === 'warning' && severityOf(findings) === 'critical';
  const known = new Set(before.findings.map(({ latest }) => latest.detector));
  const joins = findings.some(({ detector }) => !known.has(detector));
  const count = largest(findings);
  const grown = count > 0 && count >= 2 * (before.told ?? 0);
  const news = worse || joins || grown;
  const incident: Incident = {
    ...before,
    lastSeenAt: ms(Math.max(before.lastSeenAt, startOf(at))),
    severity: worse ? 'critical' : before.severity,
    findings: merged(before.findings, findings),
    ...(before.sample === undefined && sample !== undefined ? { sample } : {}),
    told: news ? Math.max(count, before.told ?? 0) : (before.told ?? 0),
    revision: before.revision + (news ? 1 : 0),
  };
  if (!news) return { incident };
  const kind = worse || joins ? 'escalated' : 'updated';
  return { incident, change: changeBy(kind, incident, told(findings), at, before.status) };
};

const changeBy = (
  kind: IncidentChange['kind'],
  incident: Incident,
  says: string,
  at: Second,
  from: IncidentChange['from'],
): IncidentChange => ({
  ...{ kind, cause: 'findings', incident, says, at: startOf(at), by: DETECTION, from },
});

/** "alpha-20261028T190004Z". Two names that look alike once cleaned get a number. */
const freeId = (incidents: readonly Incident[], provider: string, at: Second): string => {
  const clean = provider.replaceAll(/[^A-Za-z0-9._-]/g, '-');
  const stamp = `${new Date(startOf(at)).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const base = `${clean}-${stamp}`;
  const taken = new Set(incidents.map(({ id }) => id));
  let id = base;
  for (let copy = 2; taken.has(id); copy++) id = `${base}-${copy}`;
  return id;
};

const inWords = (length: number): string => {
  if (length < 60_000) return `${Math.round(length / 1000)} s`;
  if (length < 3_600_000) return `${Math.round(length / 60_000)} min`;
  return `${Math.round(length / 360_000) / 10} h`;
};
