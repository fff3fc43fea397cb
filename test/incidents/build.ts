/** Findings and incidents in one line. */
import type { Finding } from '../../src/detect/finding.ts';
import { ms, second, startOf } from '../../src/events/event.ts';
import {
  type Action,
  asDone,
  asOrdered,
  asRefused,
  type Intent,
  type RefusalCode,
} from '../../src/incidents/action.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type { DecisionContext } from '../../src/respond/guardrails.ts';
import { seriesKey } from '../../src/windows/series.ts';

/** 2026-10-28T19:00:04Z, in seconds. */
export const NIGHT = Date.UTC(2026, 9, 28, 19, 0, 4) / 1000;

export const finding = (at: number, over: Partial<Finding> = {}): Finding => {
  const provider = over.provider ?? 'alpha';
  return {
    detector: 'burst',
    provider,
    series: seriesKey({ metric: 'sent', provider }),
    at: second(at),
    since: startOf(second(at)),
    strength: 'warn',
    evidence: { count: 100 },
    says: `${over.detector ?? 'burst'} of ${over.evidence?.count ?? 100}`,
    ...over,
  };
};

export const strong = (at: number, detector: Finding['detector'], over: Partial<Finding> = {}): Finding =>
  finding(at, { detector, strength: 'strong', ...over });

export const incident = (over: Partial<Incident> = {}): Incident => ({
  id: 'alpha-20261028T190004Z',
  provider: 'alpha',
  status: 'open',
  openedAt: ms(NIGHT * 1000),
  lastSeenAt: ms(NIGHT * 1000),
  severity: 'critical',
  findings: [],
  actions: [],
  revision: 1,
  ...over,
});

export const intent = (over: Partial<Intent> = {}): Intent => ({
  at: ms(NIGHT * 1000),
  action: 'pause',
  provider: 'alpha',
  incident: 'alpha-20261028T190004Z',
  reason: 'a burst by night',
  dryRun: false,
  by: 'policy',
  ...over,
});

/** Carried out, or in a dry run said. */
export const action = (over: Partial<Intent> = {}): Action => asDone(intent(over));
export const ordered = (over: Partial<Intent> = {}): Action => asOrdered(intent(over));
export const refused = (
  code: RefusalCode,
  { detail, says = `in words: ${code}`, ...over }: Partial<Intent> & { detail?: string; says?: string } = {},
): Action => asRefused(intent(over), { code, detail, says });

/** Watched for a year, with nothing behind, nobody paused, and two who can carry everything. */
export const calm: DecisionContext & { readonly alsoBad: readonly string[] } = {
  active: [],
  carriers: new Map(
    (['marketing', 'transactional', 'otp'] as const).map((category) => [category, ['alpha', 'beta']]),
  ),
  sight: { since: ms((NIGHT - 365 * 86_400) * 1000), behind: 0, problems: [] },
  handsOff: () => undefined,
  isChanging: false,
  usualDelay: () => 0,
  reaches: () => true,
  alsoBad: [],
};

/** What every change that findings bring says besides. */
export const changed = {
  at: ms(NIGHT * 1000),
  by: 'detection',
  from: 'open',
  cause: 'findings',
} as const;
