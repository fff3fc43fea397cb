/** What the journal says of changes, actions and drills. Pure; no phone number comes through, not even one people type. */
import type { Ms } from '../../events/event.ts';
import { maskNumbers } from '../../events/text/mask.ts';
import type { Action, Finding, IncidentChange } from '../incident.ts';
import type { JournalDraft } from './log.ts';

const MAX_FINDINGS = 8;

/** The entry of a change, with the findings that are strongest and newest as its evidence. */
export const entryOfChange = ({ kind, incident, says, at, by, from }: IncidentChange): JournalDraft => ({
  at,
  incident: incident.id,
  kind,
  from,
  to: incident.status,
  cause: maskNumbers(says),
  by: maskNumbers(by),
  evidence: {
    provider: incident.provider,
    severity: incident.severity,
    findings: incident.findings
      .map(({ latest }) => latest)
      .toSorted((a, b) => Number(b.strength === 'strong') - Number(a.strength === 'strong') || b.at - a.at)
      .slice(0, MAX_FINDINGS)
      .map(evidenceOf),
    ...(incident.verdict
      ? { verdict: { ...incident.verdict, says: maskNumbers(incident.verdict.says) } }
      : {}),
    ...(incident.related ? { related: [...incident.related] } : {}),
  },
  revision: incident.revision,
});

const evidenceOf = ({ detector, strength, campaign, at, since, evidence }: Finding) => ({
  detector,
  strength,
  ...(campaign === undefined ? {} : { campaign }),
  at,
  since,
  ...evidence,
});

/** The entry of an order, or of what became of it. */
export const entryOfAction = (action: Action): JournalDraft => ({
  at: action.at,
  incident: action.incident,
  kind: KINDS[action.state],
  cause: maskNumbers(action.reason),
  by: maskNumbers(action.by),
  evidence: {
    action: action.action,
    provider: action.provider,
    ...(action.category === undefined ? {} : { category: action.category }),
    ...(action.campaign === undefined ? {} : { campaign: action.campaign }),
    ...(action.rule ? { rule: [...action.rule] } : {}),
    ...(action.code === undefined ? {} : { code: action.code }),
    ...(action.refused === undefined ? {} : { refused: maskNumbers(action.refused) }),
  },
});

const KINDS = {
  ordered: 'ordered',
  done: 'carried_out',
  rehearsed: 'rehearsed',
  refused: 'refused',
} as const satisfies Record<Action['state'], JournalDraft['kind']>;

/** The entry of a provider's drill and of how it ended; `failed` names the steps that failed. */
export const entryOfDrill = (drill: {
  readonly at: Ms;
  readonly provider: string;
  readonly says: string;
  readonly by: string;
  readonly failed: readonly string[];
}): JournalDraft => ({
  at: drill.at,
  incident: null,
  kind: 'drill',
  cause: maskNumbers(drill.says),
  by: maskNumbers(drill.by),
  evidence: { provider: drill.provider, failed: [...drill.failed] },
});
