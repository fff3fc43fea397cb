/**
 * An incident: the findings on one provider that belong together, and its life.
 * In: findings, second by second, and what was done. Out: the next incident and what changed. Pure.
 */
import type { DetectorName } from '../config/detectors.ts';
import type { Finding } from '../detect/finding.ts';
import type { OriginSign } from '../detect/origin/signs.ts';
import type { Category, Ms } from '../events/event.ts';
import type { IncidentStatus } from './transitions.ts';

/** One thing done about an incident, or that would have been done (dryRun). */
export interface Action {
  readonly at: Ms;
  /** change: a pause that stands gets another end, or a trickle. */
  readonly action: 'pause' | 'resume' | 'change';
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
  /** Of a resume: what of the provider stays paused behind it, in words; absent when nothing does. */
  readonly stillPaused?: readonly string[];
  /** Actuators that were still being tried when it was written down; absent when all had answered. */
  readonly unanswered?: readonly string[];
}

/** What the stream says of a pause: whether it bites, in one sentence with its numbers. */
export interface Verdict {
  readonly at: Ms;
  readonly bites: boolean;
  readonly says: string;
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
  /** Who took it up; a return asks for it again. */
  readonly acknowledged?: { readonly at: Ms; readonly by: string };
  /** The latest on the pause that stands; absent while nothing can be said of it. */
  readonly verdict?: Verdict;
  /** When it came back after it had been resolved, oldest first; the last ten. */
  readonly reopened?: readonly Ms[];
  /** Incidents of other providers at the same time with the same campaign or text. */
  readonly related?: readonly string[];
  /** One sample text, digits masked. */
  readonly sample?: string;
  /** Break-in or bug? As it looked when it was told last. */
  readonly signs?: readonly OriginSign[];
  /** The largest count told so far; only twice as much is news again. */
  readonly told?: number;
  /** Grows by one with every change worth telling. */
  readonly revision: number;
  /** As saved only: changes that may not be told or written yet. See publish.ts. */
  readonly pending?: readonly IncidentChange[];
}

/** "detection", "policy", or a person's name. */
export const DETECTION = 'detection';

/** What happened to an incident in one step; the notifier, the journal and the live view read these. */
export type IncidentChange = {
  readonly kind:
    | 'opened'
    | 'reopened'
    | 'escalated'
    | 'updated'
    | 'related'
    | 'acknowledged'
    | 'paused'
    | 'mitigated'
    | 'resumed'
    | 'resolved';
  /** As it is after it. */
  readonly incident: Incident;
  /** One sentence for the thread. */
  readonly says: string;
  readonly at: Ms;
  /** Whose doing: see DETECTION. */
  readonly by: string;
  /** The status before; null when there was no incident. */
  readonly from: IncidentStatus | null;
};

/** A pause is ordered or bites: its silence is meant, and nothing more is to be paused for it. */
export const isUnderPause = ({ status }: Pick<Incident, 'status'>): boolean =>
  status === 'mitigating' || status === 'mitigated';

export type { DetectorName, Finding, IncidentStatus };
