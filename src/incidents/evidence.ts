/** What the findings of one incident amount to: how bad, how many, and in which words. Pure. */
import { startOf } from '../events/event.ts';
import type { Finding, Incident } from './incident.ts';

const MAX_FINDINGS = 64;

/** Keeps the latest finding of each detector and series; beyond the limit, those seen longest ago are dropped. */
export const merged = (before: Incident['findings'], findings: readonly Finding[]): Incident['findings'] => {
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

export const severityOf = (findings: readonly Finding[]): Incident['severity'] =>
  findings.some(({ strength }) => strength === 'strong') ? 'critical' : 'warning';

/** The count that a person would quote first of a finding. */
export const mainCount = ({ evidence }: Finding): number =>
  evidence.count ?? evidence.messages ?? evidence.people ?? 0;
export const largest = (findings: readonly Finding[]): number => Math.max(0, ...findings.map(mainCount));

/** The sentences of the strong findings, else of all of them, each said once. */
export const told = (findings: readonly Finding[]): string => {
  const strong = findings.filter(({ strength }) => strength === 'strong');
  const chosen = strong.length > 0 ? strong : findings;
  return [...new Set(chosen.map(({ says }) => says))].slice(0, 3).join('; ');
};

/** Samples are kept by series, or by provider. */
export const sampleFor = (
  findings: readonly Finding[],
  samples: ReadonlyMap<string, string>,
): string | undefined => {
  for (const { series, provider } of findings) {
    const sample = samples.get(series) ?? samples.get(provider);
    if (sample !== undefined) return sample;
  }
  return undefined;
};
