/**
 * The life of an incident: findings are absorbed, actions applied, silence resolves. Pure; event time only.
 * In: the incidents so far and what one second brought. Out: the next incidents and what is worth telling.
 */
import { type Duration, type Ms, ms, type Second, startOf } from '../events/event.ts';
import type { Action, Finding, Incident, IncidentChange } from './incident.ts';

export interface Step {
  readonly incidents: Incident[];
  readonly changes: IncidentChange[];
}

/** What a resolved incident is still shown for, in event time. */
export const KEPT_RESOLVED = 24 * 3_600_000;
/** What the gate answers the second time; the provider is paused, whoever did it. */
export const ALREADY_PAUSED = 'already paused';

const MAX_FINDINGS = 64;
const MAX_ACTIONS = 50;

/**
 * Puts the findings of one second into each provider's unresolved incident, or opens one. The same second may
 * come several times while it fills: findings of one detector and series replace each other.
 */
export const absorb = (
  known: readonly Incident[],
  findings: readonly Finding[],
  at: Second,
  options: { resolveAfter: Duration; samples: ReadonlyMap<string, string> },
): Step => {
  const { incidents, changes } = resolve(known, startOf(at), options.resolveAfter);
  for (const [provider, own] of byProvider(findings)) {
    const sample = sampleFor(own, options.samples);
    const index = incidents.findIndex((one) => one.provider === provider && one.status !== 'resolved');
    const before = incidents[index];
    if (before === undefined) {
      const incident = opened(freeId(incidents, provider, at), own, at, sample);
      incidents.push(incident);
      changes.push({ kind: 'opened', incident, says: told(own) });
    } else {
      const { incident, change } = joined(before, own, at, sample);
      incidents[index] = incident;
      if (change) changes.push(change);
    }
  }
  return { incidents, changes };
};

/** Resolves what has had no finding for `resolveAfter`; resolved ones are dropped after a day. */
export const resolve = (known: readonly Incident[], now: Ms, resolveAfter: Duration): Step => {
  const changes: IncidentChange[] = [];
  const incidents = known.flatMap((incident) => {
    if (incident.status === 'resolved')
      return now - (incident.resolvedAt ?? now) > KEPT_RESOLVED ? [] : incident;
    if (now - incident.lastSeenAt < resolveAfter) return incident;
    const resolvedAt = ms(incident.lastSeenAt + resolveAfter);
    const ended: Incident = {
      ...incident,
      status: 'resolved',
      resolvedAt,
      revision: incident.revision + 1,
    };
    const lasted = inWords(incident.lastSeenAt - incident.openedAt + 1000);
    const says = `Resolved: nothing more for ${inWords(resolveAfter)}; it lasted ${lasted}`;
    changes.push({ kind: 'resolved', incident: ended, says });
    return ended;
  });
  return { incidents, changes };
};

/** Makes an action part of its incident. One refused again in the same words is no news: no change. */
export const applyAction = (
  incident: Incident,
  action: Action,
): { incident: Incident; change?: IncidentChange } => {
  const last = incident.actions.at(-1);
  if (action.refused && last?.refused === action.refused && last.action === action.action)
    return { incident };
  const next: Incident = {
    ...incident,
    status: statusAfter(incident.status, action),
    actions: [...incident.actions, action].slice(-MAX_ACTIONS),
    revision: incident.revision + 1,
  };
  return { incident: next, change: { kind: kindOf(action), incident: next, says: saysOf(action) } };
};

/** A person has taken it up. Only an open incident changes by it. */
export const acknowledge = (
  incident: Incident,
  _at: Ms,
  by: string,
): { incident: Incident; change?: IncidentChange } => {
  if (incident.status !== 'open') return { incident };
  const next: Incident = { ...incident, status: 'acknowledged', revision: incident.revision + 1 };
  return { incident: next, change: { kind: 'updated', incident: next, says: `Acknowledged by ${by}` } };
};

const byProvider = (findings: readonly Finding[]): Map<string, Finding[]> => {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = groups.get(finding.provider);
    if (group) group.push(finding);
    else groups.set(finding.provider, [finding]);
  }
  return groups;
};

const opened = (
  id: string,
  findings: readonly Finding[],
  at: Second,
  sample: string | undefined,
): Incident => ({
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
});

const joined = (
  before: Incident,
  findings: readonly Finding[],
  at: Second,
  sample: string | undefined,
): { incident: Incident; change?: IncidentChange } => {
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
  return {
    incident,
    change: { kind: worse || joins ? 'escalated' : 'updated', incident, says: told(findings) },
  };
};

/** The latest finding of each detector and series. Beyond the limit, those seen longest ago go. */
const merged = (before: Incident['findings'], findings: readonly Finding[]): Incident['findings'] => {
  const kept = new Map(before.map((entry) => [keyOf(entry.latest), entry]));
  for (const latest of findings) {
    const known = kept.get(keyOf(latest));
    if (known && known.latest.at > latest.at) continue;
    kept.set(keyOf(latest), { firstAt: known?.firstAt ?? startOf(latest.at), latest });
  }
  const all = [...kept.values()];
  if (all.length <= MAX_FINDINGS) return all;
  const newest = new Set(all.toSorted((a, b) => b.latest.at - a.latest.at).slice(0, MAX_FINDINGS));
  return all.filter((entry) => newest.has(entry));
};

const keyOf = (finding: Finding): string => `${finding.detector} ${finding.series}`;

const severityOf = (findings: readonly Finding[]): Incident['severity'] =>
  findings.some(({ strength }) => strength === 'strong') ? 'critical' : 'warning';

/** The count a person would quote first. */
export const mainCount = ({ evidence }: Finding): number =>
  evidence.count ?? evidence.messages ?? evidence.people ?? 0;
const largest = (findings: readonly Finding[]): number => Math.max(0, ...findings.map(mainCount));

/** Strong findings first; each sentence once. */
const told = (findings: readonly Finding[]): string => {
  const strong = findings.filter(({ strength }) => strength === 'strong');
  const chosen = strong.length > 0 ? strong : findings;
  return [...new Set(chosen.map(({ says }) => says))].slice(0, 3).join('; ');
};

/** Samples are kept by series, or by provider. */
const sampleFor = (
  findings: readonly Finding[],
  samples: ReadonlyMap<string, string>,
): string | undefined => {
  for (const { series, provider } of findings) {
    const sample = samples.get(series) ?? samples.get(provider);
    if (sample !== undefined) return sample;
  }
  return undefined;
};

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

const statusAfter = (status: Incident['status'], action: Action): Incident['status'] => {
  if (status === 'resolved' || action.dryRun) return status;
  if (action.action === 'pause')
    return action.refused && action.refused !== ALREADY_PAUSED ? status : 'mitigated';
  return action.refused || status !== 'mitigated' ? status : 'open';
};

/** Only what was really done is called paused or resumed. */
const kindOf = ({ action, dryRun, refused }: Action): IncidentChange['kind'] => {
  if (dryRun || refused) return 'updated';
  return action === 'pause' ? 'paused' : 'resumed';
};

const saysOf = ({ action, dryRun, refused, reason, provider, by }: Action): string => {
  if (refused === ALREADY_PAUSED) return `${provider} is already paused`;
  if (refused) return `Not ${action}d: ${refused}`;
  if (dryRun) return `Dry run, nothing done; armed, tocsin would ${action} ${provider}: ${reason}`;
  return `${action === 'pause' ? 'Paused' : 'Resumed'} by ${by}: ${reason}`;
};

const inWords = (length: number): string => {
  if (length < 60_000) return `${Math.round(length / 1000)} s`;
  if (length < 3_600_000) return `${Math.round(length / 60_000)} min`;
  return `${Math.round(length / 360_000) / 10} h`;
};
