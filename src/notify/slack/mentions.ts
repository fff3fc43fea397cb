/** Who is called, by severity and hour. Pure. In: the rules of the configuration and an instant. Out: Slack's mentions. */
import { DateTime } from 'luxon';
import type { Config } from '../../config/schema.ts';
import type { Ms } from '../../events/event.ts';

export type MentionRule = NonNullable<Config['notify']['slack']>['mentions'][number];

/** "<@U1> <!subteam^S1>", each once, or nothing. `zone`: of rules that name none. */
export const mentionsFor = (
  rules: readonly MentionRule[],
  { severity, at, zone }: { severity: MentionRule['severity']; at: Ms; zone: string },
): string | undefined => {
  const called = rules.filter((rule) => rule.severity === severity && isHour(rule, at, zone));
  const who = new Set(called.flatMap((rule) => rule.who.split(' ')));
  return who.size > 0 ? [...who].join(' ') : undefined;
};

/** From the first minute up to, and without, the last; past midnight when it ends before it begins. */
const isHour = ({ hours, zone }: MentionRule, at: Ms, otherwise: string): boolean => {
  if (!hours) return true;
  const { hour, minute } = DateTime.fromMillis(at, { zone: zone ?? otherwise });
  const [now, { from, until }] = [hour * 60 + minute, hours];
  return from <= until ? from <= now && now < until : now >= from || now < until;
};
