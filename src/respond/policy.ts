/**
 * The policy: may this incident's provider be paused, now, unattended? Pure.
 * In: an incident and the configuration. Out: no, yes with the reason, or held back with the guardrail's words.
 */
import type { Rule } from '../config/pause-when.ts';
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type Ms, startOf } from '../events/event.ts';
import { type DetectorName, type Finding, type Incident, isUnderPause } from '../incidents/incident.ts';
import { ALREADY_PAUSED } from '../incidents/lifecycle.ts';

export type Decision =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pause';
      readonly reason: string;
      /** The signs of the rule that holds. */
      readonly rule: readonly DetectorName[];
      readonly dryRun: boolean;
    }
  /** A rule holds, a guardrail forbids. The words stay the same while it does, so that they are told once. */
  | {
      readonly kind: 'held';
      readonly reason: string;
      readonly rule: readonly DetectorName[];
      readonly dryRun: boolean;
    };

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
  if (forbidden) return { kind: 'held', reason: forbidden, rule: met.rule, dryRun };
  return { kind: 'pause', reason: reasonFrom(met.evidence), rule: met.rule, dryRun };
};

/** Paused already, in earnest or in words, and not resumed since. */
const isSettled = (incident: Incident): boolean =>
  isUnderPause(incident) ||
  incident.status === 'resolved' ||
  incident.actions.filter((action) => !action.refused).at(-1)?.action === 'pause';

/** One sign of a rule, as an incident has it. */
export type SignReading =
  | {
      readonly sign: DetectorName;
      readonly state: 'counts' | 'too_long_ago' | 'before_resume' | 'only_warns';
      readonly finding: Finding;
    }
  | { readonly sign: DetectorName; readonly state: 'not_seen' };

export interface RuleReading {
  readonly rule: Rule;
  readonly holds: boolean;
  readonly signs: readonly SignReading[];
}

/** The whole table held against an incident, rule by rule, in its order. The first that holds is acted on. */
export const readTable = (incident: Incident, config: Config['respond']): RuleReading[] =>
  config.pauseWhen.map((rule) => {
    const read = [...new Set(rule.signs)].map((sign) => newestOfSign(incident, sign));
    const newest = Math.max(...read.map((one) => (one.state === 'counts' ? startOf(one.finding.at) : 0)));
    const signs = read.map((one): SignReading => {
      const isOld = one.state === 'counts' && newest - startOf(one.finding.at) > config.within;
      return isOld ? { ...one, state: 'too_long_ago' } : one;
    });
    return { rule, holds: signs.every(({ state }) => state === 'counts'), signs };
  });

const ruleThatHolds = (
  incident: Incident,
  config: Config['respond'],
): { rule: readonly DetectorName[]; evidence: Finding[] } | undefined => {
  const met = readTable(incident, config).find(({ holds }) => holds);
  if (!met) return undefined;
  return {
    rule: met.rule.signs,
    evidence: met.signs.flatMap((one) => (one.state === 'not_seen' ? [] : one.finding)),
  };
};

/** What was seen before a person resumed the provider is no ground to overrule that person. */
const newestOfSign = (incident: Incident, sign: DetectorName): SignReading => {
  const seen = incident.findings.map(({ latest }) => latest).filter(({ detector }) => detector === sign);
  const resumed = incident.actions.findLast((action) => action.action === 'resume' && !action.refused)?.at;
  const newest = (some: readonly Finding[]) =>
    some.reduce<Finding | undefined>((best, one) => (best && best.at >= one.at ? best : one), undefined);
  const strong = seen.filter(({ strength }) => strength === 'strong');
  const counts = newest(strong.filter(({ at }) => resumed === undefined || startOf(at) > resumed));
  if (counts) return { sign, state: 'counts', finding: counts };
  const before = newest(strong);
  if (before) return { sign, state: 'before_resume', finding: before };
  const weak = newest(seen);
  return weak ? { sign, state: 'only_warns', finding: weak } : { sign, state: 'not_seen' };
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
