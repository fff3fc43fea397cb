import { matterOf } from '../config/detectors.ts';
import { type Duration, duration } from '../events/event.ts';
import type { Finding, Incident } from './incident.ts';

/** Two incidents that were seen further apart than this have nothing to do with each other. */
const TOGETHER: Duration = duration(10 * 60_000);

/** Whether something is found again that was found before: in the same matter, and of no other campaign. */
export const isSameBlame = (incident: Incident, findings: readonly Finding[]): boolean =>
  findings.some((finding) =>
    incident.findings.some(
      ({ latest }) =>
        matterOf(latest.detector) === matterOf(finding.detector) &&
        (latest.campaign === undefined ||
          finding.campaign === undefined ||
          latest.campaign === finding.campaign),
    ),
  );

/** What two providers' incidents have in common, as "campaign spring" or "the text"; undefined when nothing. */
export const common = (one: Incident, other: Incident): string | undefined => {
  if (one.provider === other.provider || one.status === 'resolved' || other.status === 'resolved')
    return undefined;
  if (Math.abs(one.lastSeenAt - other.lastSeenAt) > TOGETHER) return undefined;
  const named = campaignsOf(other);
  const campaign = campaignsOf(one).find((name) => named.includes(name));
  if (campaign !== undefined) return `campaign ${campaign}`;
  return one.sample !== undefined && one.sample === other.sample ? 'the text' : undefined;
};

const campaignsOf = ({ findings }: Incident): string[] =>
  findings.flatMap(({ latest }) => latest.campaign ?? []).sort();
