/**
 * The policy: may this incident's provider be paused, now, unattended? Pure.
 * In: an incident and the configuration. Out: no, yes with the reason, or held back with the guardrail's words.
 */
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type Ms, startOf } from '../events/event.ts';
import type { DetectorName, Finding, Incident } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';

export type Decision =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pause';
      readonly reason: string;
      readonly rule: readonly DetectorName[];
      readonly dryRun: boolean;
    }
  /** A rule holds, a guardrail forbids. The words stay the same while it does, so that they are told once. */
  | { readonly kind: 'held'; readonly reason: string; readonly dryRun: boolean };

export interface Circumstances {
  readonly now: Ms;
  readonly config: Config['respond'];
  readonly mode: Config['mode'];
  readonly provider: ProviderConfig;
  /** When tocsin paused anyone, lately. */
  readonly recentPauses: readonly Ms[];
  readonly alreadyPaused?: boolean;
}

const HOUR = 3_600_000;
const NONE: Decision = { kind: 'none' };

export const decide = (incident: Incident, circumstances: Circumstances): Decision => {
  if (isSettled(incident)) return NONE;
  const met = ruleThatHolds(incident, circumstances.config);
  if (!met) return NONE;
  const dryRun = circumstances.mode === 'dry-run';
  const forbidden = guardrail(met.evidence, circumstances);
  if (forbidden) return { kind: 'held', reason: forbidden, dryRun };
  return { kind: 'pause', reason: reasonFrom(met.evidence), rule: met.rule, dryRun };
};

/** Paused already, in earnest or in words, and not resumed since. */
const isSettled = (incident: Incident): boolean =>
  incident.status === 'mitigated' ||
  incident.status === 'resolved' ||
  incident.actions.filter((action) => !action.refused).at(-1)?.action === 'pause';

/** The first line of pauseWhen whose detectors all have strong evidence, close together. */
const ruleThatHolds = (
  incident: Incident,
  config: Config['respond'],
): { rule: readonly DetectorName[]; evidence: Finding[] } | undefined => {
  const strong = newestStrong(incident);
  for (const rule of config.pauseWhen) {
    const evidence = [...new Set(rule)].flatMap((detector) => strong.get(detector) ?? []);
    if (evidence.length < new Set(rule).size) continue;
    const newest = newestOf(evidence);
    if (evidence.every(({ at }) => newest - startOf(at) <= config.within)) return { rule, evidence };
  }
  return undefined;
};

/** What was seen before a person resumed the provider is no ground to overrule that person. */
const newestStrong = (incident: Incident): Map<DetectorName, Finding> => {
  const resumed = incident.actions.findLast((action) => action.action === 'resume' && !action.refused)?.at;
  const strong = new Map<DetectorName, Finding>();
  for (const { latest } of incident.findings) {
    if (latest.strength !== 'strong') continue;
    if (resumed !== undefined && startOf(latest.at) <= resumed) continue;
    const known = strong.get(latest.detector);
    if (!known || latest.at > known.at) strong.set(latest.detector, latest);
  }
  return strong;
};

const newestOf = (findings: readonly Finding[]): number => Math.max(...findings.map(({ at }) => startOf(at)));

/** Why it may not be paused all the same; undefined when nothing stands against it. */
const guardrail = (evidence: readonly Finding[], circumstances: Circumstances): string | undefined => {
  const { now, config, provider, recentPauses } = circumstances;
  if (circumstances.alreadyPaused) return ALREADY_PAUSED;
  if (provider.protected) return 'the provider is protected: only a person may pause it';
  if (now - newestOf(evidence) > config.freshness) {
    return `too old to act on: the newest evidence is more than ${config.freshness / 1000} s old`;
  }
  const lately = recentPauses.filter((at) => now - at < HOUR).length;
  if (lately >= config.maxPausesPerHour) {
    return `no more than ${config.maxPausesPerHour} pauses an hour: this one is left to people`;
  }
  return undefined;
};

const reasonFrom = (evidence: readonly Finding[]): string =>
  [...new Set(evidence.map(({ says }) => says.replace(/\.$/, '')))].join('; and ');
