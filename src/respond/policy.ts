/**
 * The policy: is this incident's provider to be paused, now, unattended, and how much of it? Pure.
 * In: an incident and the circumstances. Out: no, yes with target and reason, or held back by a guardrail.
 */
import type { Mode } from '../config/mode.ts';
import type { PauseRule } from '../config/pause-when.ts';
import type { Config, ProviderConfig } from '../config/schema.ts';
import { type Category, startOf } from '../events/event.ts';
import { type Refusal, tookPlace } from '../incidents/action.ts';
import type { Action, DetectorName, Finding, Incident } from '../incidents/incident.ts';
import { parseSeries } from '../windows/series.ts';
import { forbids, leavesSomebody, type PauseCircumstances } from './guardrails.ts';
import { type Target, widened } from './target.ts';

export type { PauseCircumstances } from './guardrails.ts';

interface Meant {
  readonly target: Target;
  readonly reason: string;
  /** The signs of the rule that holds. */
  readonly rule: readonly DetectorName[];
  readonly dryRun: boolean;
}

export type Decision =
  | { readonly kind: 'none' }
  | ({ readonly kind: 'pause' } & Meant)
  /** A rule holds, a guardrail forbids: its refusal is told once, and its words are the reason. */
  | ({ readonly kind: 'held'; readonly refusal: Refusal } & Meant);

const NONE: Decision = { kind: 'none' };

export const decide = (known: Incident, circumstances: PauseCircumstances): Decision => {
  const { config, mode, provider, campaigns } = circumstances;
  const incident = inMode(known, mode);
  if (mode === 'learning' || isSettled(incident)) return NONE;
  const met = ruleThatHolds(incident, config);
  if (!met) return NONE;
  const narrow = targetFor(met.evidence, { provider, campaigns });
  const target = isUnordered(incident) ? reachable(narrow, circumstances) : narrow;
  const meant = { target, rule: met.rule, dryRun: mode !== 'armed' };
  const forbidden = forbids({ target, evidence: met.evidence }, circumstances);
  if (forbidden?.code === 'already_paused' && isPaused(incident)) return NONE;
  if (forbidden) return { kind: 'held', reason: forbidden.says, refusal: forbidden, ...meant };
  return { kind: 'pause', reason: reasonFrom(met.evidence), ...meant };
};

/** Once tocsin is armed, what was only rehearsed counts for nothing. */
export const inMode = (incident: Incident, mode: Mode): Incident =>
  mode === 'armed' ? { ...incident, actions: incident.actions.filter(({ dryRun }) => !dryRun) } : incident;

/** Whether some rule holds for it and nothing has been done. */
export const isBad = (incident: Incident, config: Config['respond']): boolean =>
  !isSettled(incident) && !isPaused(incident) && ruleThatHolds(incident, config) !== undefined;

/** Whether nothing more is to be decided: it is over, or a dry run has said what would be done. */
const isSettled = (incident: Incident): boolean =>
  incident.status === 'resolved' || lastDone(incident)?.dryRun === true;

const isPaused = (incident: Incident): boolean => (lastDone(incident)?.action ?? 'resume') !== 'resume';

/** The last pause that was carried out or rehearsed. */
const lastPause = ({ actions }: Incident): Action | undefined =>
  actions.findLast((one) => one.action === 'pause' && tookPlace(one));

/** The last thing done since the incident came back, if it did: what was done before is to be done again. */
const lastDone = ({ actions, reopened = [] }: Incident): Action | undefined =>
  actions.findLast((one) => tookPlace(one) && one.at >= (reopened.at(-1) ?? 0));

/** One sign of a rule, as an incident has it. */
export type SignReading =
  | {
      readonly sign: DetectorName;
      readonly state: 'counts' | 'too_long_ago' | 'before_resume' | 'only_warns';
      readonly finding: Finding;
    }
  | { readonly sign: DetectorName; readonly state: 'not_seen' };

export interface RuleReading {
  readonly rule: PauseRule;
  readonly holds: boolean;
  readonly signs: readonly SignReading[];
}

/**
 * The whole table held against an incident, rule by rule, in its order. The first that holds is acted on. What a person
 * has resumed since is no ground to overrule that person.
 */
export const readTable = (incident: Incident, config: Config['respond']): RuleReading[] => {
  const resumed = incident.actions.findLast((one) => one.action === 'resume' && tookPlace(one))?.at;
  return readWith(incident, config, ({ at }) => resumed === undefined || startOf(at) > resumed);
};

const readWith = (
  incident: Incident,
  config: Config['respond'],
  counts: (finding: Finding) => boolean,
): RuleReading[] =>
  config.pauseWhen.map((rule) => {
    const read = [...new Set(rule.signs)].map((sign) => newestOfSign(incident, sign, counts));
    const newest = Math.max(...read.map((one) => (one.state === 'counts' ? startOf(one.finding.at) : 0)));
    const signs = read.map((one): SignReading => {
      const isOld = one.state === 'counts' && newest - startOf(one.finding.at) > config.within;
      return isOld ? { ...one, state: 'too_long_ago' } : one;
    });
    return { rule, holds: signs.every(({ state }) => state === 'counts'), signs };
  });

/** Only what began behind the pause that stands is a ground for another: what began before is what it was made for. */
const ruleThatHolds = (
  incident: Incident,
  config: Config['respond'],
): { rule: readonly DetectorName[]; evidence: Finding[] } | undefined => {
  const paused = isPaused(incident) ? lastPause(incident) : undefined;
  const table = paused
    ? readWith(incident, config, ({ since }) => since > paused.at)
    : readTable(incident, config);
  const met = table.find(({ holds }) => holds);
  if (!met) return undefined;
  return {
    rule: met.rule.signs,
    evidence: met.signs.flatMap((one) => (one.state === 'not_seen' ? [] : one.finding)),
  };
};

const newestOfSign = (
  incident: Incident,
  sign: DetectorName,
  counts: (finding: Finding) => boolean,
): SignReading => {
  const seen = incident.findings.map(({ latest }) => latest).filter(({ detector }) => detector === sign);
  const strong = seen.filter(({ strength }) => strength === 'strong');
  const one = newest(strong.filter(counts));
  if (one) return { sign, state: 'counts', finding: one };
  const before = newest(strong);
  if (before) return { sign, state: 'before_resume', finding: before };
  const weak = newest(seen);
  return weak ? { sign, state: 'only_warns', finding: weak } : { sign, state: 'not_seen' };
};

const newest = (some: readonly Finding[]): Finding | undefined =>
  some.reduce<Finding | undefined>((best, one) => (best && best.at >= one.at ? best : one), undefined);

/** What is known of a campaign and of a provider when it is chosen how much to pause. */
interface DecisionFacts {
  readonly provider: Pick<ProviderConfig, 'narrowest'>;
  readonly campaigns: Config['campaigns'];
}

/**
 * The narrowest target that has all the evidence in it which says where it belongs; the whole provider when none
 * does, or when that is the least that can be stopped there.
 */
export const targetFor = (evidence: readonly Finding[], { provider, campaigns }: DecisionFacts): Target => {
  const [first] = evidence;
  const categoryOf = (campaign: string): Category => campaigns[campaign]?.category ?? 'marketing';
  const whole: Target = { provider: first?.provider ?? '' };
  const placed = evidence.flatMap(({ campaign, series }) => {
    if (campaign !== undefined) return { campaign, category: categoryOf(campaign) };
    const { category } = parseSeries(series);
    return category === undefined ? [] : { campaign, category };
  });
  const [one] = placed;
  if (!one || placed.some(({ category }) => category !== one.category)) return whole;
  const same = placed.every(({ campaign }) => campaign === one.campaign);
  const narrow: Target =
    one.campaign !== undefined && same
      ? { ...whole, campaign: one.campaign }
      : { ...whole, category: one.category };
  return atLeast(narrow, provider.narrowest, one.category);
};

const WIDTH = { campaign: 0, category: 1, provider: 2 } as const;
const widthOf = ({ campaign, category }: Target): number =>
  campaign !== undefined ? WIDTH.campaign : category !== undefined ? WIDTH.category : WIDTH.provider;

const atLeast = (target: Target, narrowest: keyof typeof WIDTH, category: Category): Target => {
  const wider = widthOf(target) < WIDTH[narrowest] ? widened(target, category) : undefined;
  return wider ? atLeast(wider, narrowest, category) : target;
};

/** Whether messages go out that nobody ordered: they never pass the gate, and only the provider can stop them. */
const isUnordered = ({ findings }: Incident): boolean =>
  findings.some(({ latest }) => latest.detector === 'unordered' && latest.strength === 'strong');

/** The narrowest that can be stopped at the provider, unless that would go too far. */
const reachable = (narrow: Target, circumstances: PauseCircumstances): Target => {
  const categoryOf = ({ campaign }: Target): Category =>
    circumstances.campaigns[campaign ?? '']?.category ?? 'marketing';
  let target: Target | undefined = narrow;
  while (target && !circumstances.reaches(target)) target = widened(target, categoryOf(target));
  const isTooFar = !target || leavesSomebody({ target, evidence: [] }, circumstances) !== undefined;
  return target && !isTooFar ? target : narrow;
};

const reasonFrom = (evidence: readonly Finding[]): string =>
  [...new Set(evidence.map(({ says }) => says.replace(/\.$/, '')))].join('; and ');

/** Which providers are able to carry each category: as configured, else as it was seen of them. */
export const carriersOf = (
  providers: Readonly<Record<string, ProviderConfig>>,
  seen: ReadonlyMap<string, ReadonlySet<Category>>,
): Map<Category, string[]> => {
  const able = new Map<Category, string[]>();
  for (const name of new Set([...Object.keys(providers), ...seen.keys()])) {
    for (const category of providers[name]?.carries ?? seen.get(name) ?? []) {
      able.set(category, [...(able.get(category) ?? []), name]);
    }
  }
  return able;
};
