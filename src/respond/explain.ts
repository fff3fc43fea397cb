/**
 * Why: the policy's table held against one incident, and what was done about it.
 * In: an incident and the configuration. Out: an explanation as data, and as the text a person reads. Pure.
 */
import type { Config } from '../config/schema.ts';
import { type Ms, startOf } from '../events/event.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import { type RuleReading, readTable, type SignReading } from './policy.ts';

export interface Explanation {
  readonly incident: string;
  readonly provider: string;
  readonly status: Incident['status'];
  readonly rules: readonly RuleReading[];
  /** What was done about it, oldest first. */
  readonly actions: readonly Action[];
}

/** The incident is explained as it stands now: what was acted on may have been seen again since. */
export const explainPolicy = (incident: Incident, config: Config['respond']): Explanation => ({
  incident: incident.id,
  provider: incident.provider,
  status: incident.status,
  rules: readTable(incident, config),
  actions: incident.actions,
});

/** The explanation as a screenful of text. */
export const explanationText = ({ incident, provider, status, rules, actions }: Explanation): string =>
  [
    `${incident}: ${provider}, ${status}`,
    ...(rules.length === 0 ? ['the table (respond.pauseWhen) is empty: nothing is ever paused'] : []),
    ...rules.flatMap(({ rule, holds, signs }) => [
      '',
      `${holds ? '[x]' : '[ ]'} ${nameOf(rule.signs)}${rule.because ? `: ${rule.because}` : ''}`,
      ...signs.map((sign) => `      ${signText(sign)}`),
    ]),
    '',
    ...(actions.length === 0 ? ['nothing was done'] : actions.map(actionText)),
    '',
  ].join('\n');

const nameOf = (signs: readonly string[]): string => signs.join(' + ');

const STATES = {
  counts: 'counts',
  too_long_ago: 'too long before the others',
  before_resume: 'seen before a person resumed, so it no longer counts',
  only_warns: 'only a warning',
} as const satisfies Record<Exclude<SignReading['state'], 'not_seen'>, string>;

const signText = (reading: SignReading): string => {
  if (reading.state === 'not_seen') return `${reading.sign}: not seen`;
  const { at, says } = reading.finding;
  return `${reading.sign}: ${STATES[reading.state]}; at ${clock(startOf(at))}, ${says}`;
};

const actionText = (one: Action): string => {
  const under = one.rule ? ` (${nameOf(one.rule)})` : '';
  return `${clock(one.at)} ${one.action} by ${one.by}${under}: ${becameText(one)}`;
};

const becameText = ({ action, state, refused, reason }: Action): string => {
  if (refused !== undefined) return `NOT ${action}d: ${refused}`;
  return state === 'rehearsed' ? `would ${action}: ${reason}` : reason;
};

/** "2026-10-28 19:00:04 UTC" */
const clock = (at: Ms): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
