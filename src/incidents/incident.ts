/**
 * An incident: the findings on one provider that belong together, and its life.
 * In: findings, second by second, and what was done. Out: the next incident and what changed. Pure.
 */
import type { DetectorName, Finding } from '../detect/finding.ts';
import type { Sign } from '../detect/signs.ts';
import type { Category, Ms } from '../events/event.ts';

export type IncidentStatus = 'open' | 'acknowledged' | 'mitigated' | 'resolved';

/** One thing done about an incident, or that would have been done (dryRun). */
export interface Action {
  readonly at: Ms;
  readonly action: 'pause' | 'resume';
  readonly provider: string;
  /** Of the provider, only this category, or only this campaign; all of it without either. */
  readonly category?: Category;
  readonly campaign?: string;
  readonly incident: string | null;
  readonly reason: string;
  readonly dryRun: boolean;
  /** Who: "policy", or the operator's name. */
  readonly by: string;
  /** The signs of the rule it follows from; absent when a person ordered it. */
  readonly rule?: readonly DetectorName[];
  /** Why it was not done after all (guardrail or failure); absent when it was. */
  readonly refused?: string;
}

export interface Incident {
  /** Follows from provider and opening second alone, so that a replay gives the same: "alpha-20261028T190004Z". */
  readonly id: string;
  readonly provider: string;
  readonly status: IncidentStatus;
  readonly openedAt: Ms;
  /** The last second with a finding. */
  readonly lastSeenAt: Ms;
  readonly resolvedAt?: Ms;
  readonly severity: 'warning' | 'critical';
  /** The latest finding of each detector and series, and when it was first seen. */
  readonly findings: ReadonlyArray<{ readonly firstAt: Ms; readonly latest: Finding }>;
  readonly actions: readonly Action[];
  /** One sample text, digits masked. */
  readonly sample?: string;
  /** Break-in or bug? As it looked when it was told last. */
  readonly signs?: readonly Sign[];
  /** The largest count told so far; only twice as much is news again. */
  readonly told?: number;
  /** Grows by one with every change worth telling. */
  readonly revision: number;
}

/** What happened to an incident in one step; the notifier and the live view read these. */
export type IncidentChange = {
  readonly kind: 'opened' | 'escalated' | 'updated' | 'paused' | 'resumed' | 'resolved';
  readonly incident: Incident;
  /** One sentence for the thread. */
  readonly says: string;
};

export type { DetectorName, Finding };
