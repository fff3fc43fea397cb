/**
 * An incident: the findings on one provider that belong together, and its life.
 * In: findings, second by second, and what was done. Out: the next incident and what changed. Pure.
 */
import type { DetectorName } from '../config/detectors.ts';
import type { Finding } from '../detect/finding.ts';
import type { OriginSign } from '../detect/origin/signs.ts';
import type { Ms } from '../events/event.ts';
import type { Action } from './action.ts';
import type { IncidentStatus } from './transitions.ts';

/** What the stream says of a pause: whether it bites. */
export interface Verdict {
  readonly at: Ms;
  readonly bites: boolean;
  /** Whose pause, by its key (respond/target.ts); absent in a verdict of an older version. */
  readonly target?: string;
  /** Messages that went out although it should have stopped them; absent when the stream tells nothing of them. */
  readonly count?: number;
  /** The same for people, in one sentence with its numbers. */
  readonly says: string;
}

export interface Incident {
  /** "alpha-20261028T190004Z": it follows from provider and opening second alone, so that a replay gives the same. */
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
  /** The latest verdict on the pause that stands; absent while nothing can be said of it. */
  readonly verdict?: Verdict;
  /** When it came back after it had been resolved, oldest first; the last ten. */
  readonly reopened?: readonly Ms[];
  /** Incidents of other providers at the same time with the same campaign or text. */
  readonly related?: readonly string[];
  /** One sample text, digits masked. */
  readonly sample?: string;
  /** Whether it looked like a break-in or like a bug when it was told last. */
  readonly signs?: readonly OriginSign[];
  /** The largest count told so far; only twice as much is news again. */
  readonly told?: number;
  /** Grows by one with every change worth telling. */
  readonly revision: number;
  /** Changes that may not be told or written yet; present only in an incident as it is saved, see publish.ts. */
  readonly pending?: readonly IncidentChange[];
}

/** Whose doing a change is that no person and no policy made; else it is "policy", or a person's name. */
export const DETECTION = 'detection';

/**
 * What brought a change about. action: the incident's last action. verdict: its verdict. person: somebody took it up.
 * related: another provider's incident. quiet: nothing more was found. refuted: it turned out not to be so.
 */
export type ChangeCause = 'findings' | 'action' | 'verdict' | 'person' | 'related' | 'quiet' | 'refuted';

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
  readonly cause: ChangeCause;
  /** As it is after the change. */
  readonly incident: Incident;
  /** One sentence for the thread; nothing is decided by it. */
  readonly says: string;
  readonly at: Ms;
  /** Whose doing the change is, see DETECTION. */
  readonly by: string;
  /** The status before; null when there was no incident. */
  readonly from: IncidentStatus | null;
};

/** A pause is ordered or bites: its silence is meant, and nothing more is to be paused for it. */
export const isUnderPause = ({ status }: Pick<Incident, 'status'>): boolean =>
  status === 'mitigating' || status === 'mitigated';

export type { Action, DetectorName, Finding, IncidentStatus };
