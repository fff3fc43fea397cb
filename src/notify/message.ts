/** What people read: an incident's card and the lines of its thread. Pure; plain text, each sender escapes it. */
import { DETECTOR_NAMES, DETECTOR_TABLE } from '../config/detectors.ts';
import type { Mode } from '../config/mode.ts';
import type { Ms } from '../events/event.ts';
import { maskNumbers } from '../events/text/mask.ts';
import type { Action, Incident, IncidentChange } from '../incidents/incident.ts';
import { hasPause } from '../incidents/lifecycle.ts';
import { offersFor } from '../respond/offers.ts';
import { isWhole, targetName } from '../respond/target.ts';
import type { Notice } from './outbox/outbox.ts';

export interface Wording {
  readonly mode: Mode;
  /** The instant by which the card says how long it has lasted; without it the card is the same on every replay. */
  readonly now?: Ms;
  readonly liveUrl?: string;
  /** Answers whom to call for an incident so severe, if anybody. */
  readonly mention?: (severity: Incident['severity']) => string | undefined;
}

/** A card must stay readable on a phone, and below what a chat takes. */
const FINDINGS = 10;
const LINE = 300;

/** The whole card: the headline, a line for each finding, the sample, and how to undo what was done. */
export const cardText = (incident: Incident, wording: Wording): string => {
  const { findings, sample } = incident;
  const shown = findings.slice(0, FINDINGS).map(({ latest }) => `• ${line(latest.says)}`);
  const left = findings.length - shown.length;
  return [
    headline(incident, wording),
    ...shown,
    ...(left > 0 ? [`• and ${left} more`] : []),
    ...(sample ? [`Sample: “${line(sample)}”`] : []),
    ...signLines(incident),
    ...howTo(incident, wording),
    `Incident ${incident.id}${wording.liveUrl ? ` – ${wording.liveUrl}` : ''}`,
  ].join('\n');
};

/**
 * What to put in the outbox for a change: always the card; a line in the thread when something was done or got worse,
 * and when somebody is called.
 */
export const noticesFor = (change: IncidentChange, wording: Wording): Notice[] => {
  const { incident } = change;
  const { id, provider, severity, openedAt, resolvedAt } = incident;
  const about = { provider, since: openedAt, ...(resolvedAt === undefined ? {} : { until: resolvedAt }) };
  const base = { incident: id, severity, about };
  const offers = offersFor(incident);
  const card: Notice = {
    ...base,
    kind: 'card',
    text: cardText(incident, wording),
    ...(change.kind === 'opened' ? {} : { follows: true as const }),
    ...(offers.length > 0 ? { offers } : {}),
  };
  const mention = isCall(change) ? wording.mention?.(severity) : undefined;
  if (!isWorthALine(change) && !mention) return [card];
  const mute = isFailedPause(change) ? { mute: 'ends' as const } : {};
  const text = change.kind === 'opened' ? headline(incident, wording) : line(change.says);
  const reply = { ...base, kind: 'reply', once: nameOf(change), text } as const;
  return [card, { ...reply, ...mute, ...(mention ? { mention } : {}) }];
};

/** The name of a change, the same however often it is told, see `once` in outbox.ts. */
export const nameOf = ({ incident: { id, revision }, kind }: IncidentChange): string =>
  `${id} ${revision} ${kind}`;

/** Whether people are called for a change. */
export const isCall = (change: IncidentChange): boolean =>
  change.kind === 'opened' || change.kind === 'escalated' || isFailedPause(change);

/** Whether the change is that a pause was meant and did not come about, or does not bite. */
export const isFailedPause = ({ kind, cause, incident }: IncidentChange): boolean => {
  if (cause === 'verdict') return kind === 'escalated';
  const last = incident.actions.at(-1);
  if (cause !== 'action' || last?.action !== 'pause' || last.dryRun) return false;
  return last.state === 'refused' && last.code !== 'already_paused';
};

const POINTS = { 'break-in': 'Points to a break-in', bug: 'Points to a bug', unknown: 'Not known' } as const;

/** Which signs point to a break-in and which to a bug, without a verdict. */
const signLines = ({ signs = [] }: Incident): string[] =>
  (['break-in', 'bug', 'unknown'] as const).flatMap((points) => {
    const own = signs.filter((one) => one.points === points);
    if (own.length === 0) return [];
    return [`${POINTS[points]}: ${line(own.map(({ sign, says }) => `${sign} (${says})`).join(', '))}`];
  });

/** One line: who, what, since when, how many messages, and what was done. */
export const headline = (incident: Incident, { now }: Wording): string => {
  const { provider, openedAt, status } = incident;
  const lasts = now === undefined || status === 'resolved' ? '' : ` (${span(now - openedAt)})`;
  const count = messages(incident);
  return [
    `${sign(incident)} ${provider}: ${what(incident)}`,
    `since ${clock(openedAt)} UTC${lasts}`,
    ...(count > 0 ? [`${count} messages`] : []),
    done(incident),
    ...(status === 'acknowledged' ? ['acknowledged'] : []),
    ...(status === 'resolved' ? [`over at ${clock(incident.resolvedAt ?? incident.lastSeenAt)}`] : []),
  ].join(' – ');
};

const sign = ({ status, severity }: Incident): string => {
  if (status === 'resolved') return '✅';
  return severity === 'critical' ? '🔴' : '🟠';
};

const what = ({ findings }: Incident): string => {
  const seen = new Set(findings.map(({ latest }) => latest.detector));
  return DETECTOR_NAMES.filter((name) => seen.has(name))
    .map((name) => DETECTOR_TABLE[name].title)
    .join(', ');
};

/** The largest count any finding proved: they overlap, so that their sum would be too much. */
const messages = ({ findings, told = 0 }: Incident): number =>
  Math.max(told, ...findings.map(({ latest }) => latest.evidence.count ?? latest.evidence.messages ?? 0));

/** What was done, by the last thing that was done or refused. */
const done = ({ actions, verdict }: Incident): string => {
  const last = actions.at(-1);
  if (!last) return 'not paused';
  const isRefused = last.state === 'refused';
  if (hasPause(actions)) {
    if (isRefused && last.action === 'resume') return `PAUSED still, not resumed: ${line(last.refused)}`;
    return [pausedSince(actions), ...biting(verdict)].join(', ');
  }
  if (isRefused) return last.action === 'resume' ? 'not paused' : `NOT paused: ${line(last.refused)}`;
  if (last.action === 'resume') return `resumed at ${clock(last.at)} by ${maskNumbers(last.by)}`;
  return 'would be paused (dry-run)';
};

const pausedSince = (actions: readonly Action[]): string => {
  const pause = actions.findLast(({ action, state }) => action === 'pause' && state === 'done');
  if (!pause) return 'PAUSED already';
  return isWhole(pause)
    ? `PAUSED at ${clock(pause.at)}`
    : `${targetName(pause)} PAUSED at ${clock(pause.at)}`;
};

const biting = (verdict: Incident['verdict']): string[] =>
  verdict ? [verdict.bites ? 'and it bites' : 'but it does NOT bite'] : [];

const howTo = ({ provider, actions, status }: Incident, { mode }: Wording): string[] => {
  if (hasPause(actions)) return [`Undo: \`tocsin resume ${provider}\``];
  if (status === 'resolved') return [];
  const why = mode === 'armed' ? '' : `Nothing is paused in ${mode} mode. `;
  return [`${why}Pause by hand: \`tocsin pause ${provider}\``];
};

/** Nobody may believe that a pause was made which was held back or only rehearsed; mere growth is on the card. */
const isWorthALine = ({ kind, cause }: IncidentChange): boolean =>
  kind !== 'opened' && (kind !== 'updated' || cause !== 'findings');

/** The time of day in UTC, as "20:00:04". */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 19);

/** A length of time, as "45 s", "12 min" or "3 h 5 min". */
const span = (length: number): string => {
  const minutes = Math.floor(length / 60_000);
  if (minutes < 1) return `${Math.max(0, Math.floor(length / 1000))} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** The text as one line of bearable length. Everything is masked before it comes here; it is masked once more. */
export const line = (text: string): string => {
  const flat = maskNumbers(text.replace(/\s+/g, ' ').trim());
  return flat.length > LINE ? `${flat.slice(0, LINE - 1)}…` : flat;
};
