/** The one message of a storm: its incidents by severity, and whom to call. Pure; plain text. */
import { ms } from '../events/event.ts';
import type { Incident, IncidentChange } from '../incidents/incident.ts';
import { hasPause } from '../incidents/lifecycle.ts';
import { clock, headline, isCall, isFailedPause, line, nameOf, type Wording } from './message.ts';
import type { Notice } from './outbox/outbox.ts';
import type { Storm } from './storms.ts';

/** A message must stay readable on a phone. */
const LINES = 20;
/** Slack lets one choose from no more than so many. */
const CHOICES = 100;

/** The storm's card, and a line where somebody must be called: it begins, becomes critical, or a pause fails. */
export const digestNotices = (
  { id, members }: Storm,
  changes: readonly IncidentChange[],
  wording: Wording,
): Notice[] => {
  const severity = members.some(isCritical) ? 'critical' : 'warning';
  const [first] = members;
  if (!first) return [];
  const ends = members.flatMap(({ resolvedAt }) => resolvedAt ?? []);
  const about = {
    provider: [...new Set(members.map(({ provider }) => provider))].join(', ').slice(0, 200),
    since: first.openedAt,
    ...(ends.length === members.length ? { until: ms(Math.max(...ends)) } : {}),
  };
  const base = { incident: id, severity, about } as const;
  const choices = members
    .filter(({ status }) => status === 'open')
    .slice(0, CHOICES)
    .map((one) => ({ incident: one.id, label: `${one.provider}, ${clock(one.openedAt)}` }));
  const text = digestText(members, wording);
  const card: Notice = { ...base, kind: 'card', text, ...(choices.length > 0 ? { choices } : {}) };
  const mention = wording.mention?.(severity);
  const lines = changes
    .filter((change) => isWorthALine(change, members))
    .map((change): Notice => {
      const failed = isFailedPause(change);
      const said = failed
        ? `${change.incident.provider}: ${line(change.says)}`
        : headline(change.incident, wording);
      return {
        ...base,
        kind: 'reply',
        once: nameOf(change),
        text: said,
        ...(failed ? { mute: 'ends' } : {}),
        ...(mention ? { mention } : {}),
      };
    });
  return [card, ...lines];
};

const digestText = (members: readonly Incident[], wording: Wording): string => {
  const critical = members.filter(isCritical);
  const listed = [...critical, ...members.filter((one) => !isCritical(one))];
  const left = listed.length - LINES;
  const paused = members.filter(({ actions }) => hasPause(actions)).length;
  const isOver = members.every(({ status }) => status === 'resolved');
  const sign = isOver ? '✅' : critical.length > 0 ? '🔴' : '🟠';
  return [
    [
      `${sign} ${isOver ? 'Storm over' : 'Storm'}: ${members.length} more ${members.length === 1 ? 'incident' : 'incidents'}`,
      `since ${clock(members[0]?.openedAt ?? 0)} UTC`,
      `${critical.length} critical`,
      paused > 0 ? `${paused} PAUSED` : 'none paused',
    ].join(' – '),
    ...listed.slice(0, LINES).map((one) => `• ${headline(one, wording)}`),
    ...(left > 0 ? [`• and ${left} more`] : []),
    ...(isOver ? [] : ['Acknowledge one, and it gets a thread of its own.']),
  ].join('\n');
};

const isCritical = ({ severity }: Incident): boolean => severity === 'critical';

/** Twenty incidents are no reason to call twenty times. */
const isWorthALine = (change: IncidentChange, members: readonly Incident[]): boolean => {
  if (isFailedPause(change)) return true;
  if (!isCall(change)) return false;
  const { id, severity } = change.incident;
  if (change.kind === 'opened' && id === members[0]?.id) return true;
  return severity === 'critical' && members.every((one) => one.id === id || !isCritical(one));
};
