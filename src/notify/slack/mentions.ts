/** Who is called, by severity and hour. Pure. In: the rules of the configuration and an instant. Out: Slack's mentions. */
import { DateTime } from 'luxon';
import type { Config } from '../../config/schema.ts';
import type { Ms } from '../../events/event.ts';

export type MentionRule = NonNullable<Config['notify']['slack']>['mentions'][number];

/** Whom to mention, each once, as "<@U1> <!subteam^S1>", or nothing. `zone` is that of rules that name none. */
export const mentionsFor = (
  rules: readonly MentionRule[],
  { severity, at, zone }: { severity: MentionRule['severity']; at: Ms; zone: string },
): string | undefined => {
  const called = rules.filter((rule) => rule.severity === severity && isHour(rule, at, zone));
  const who = new Set(called.flatMap((rule) => rule.who.split(' ')));
  return who.size > 0 ? [...who].join(' ') : undefined;
};

/** Whether it is the rule's hour: from its first minute up to its last, past midnight when it ends before it begins. */
const isHour = ({ hours, zone }: MentionRule, at: Ms, otherwise: string): boolean => {
  if (!hours) return true;
  const { hour, minute } = DateTime.fromMillis(at, { zone: zone ?? otherwise });
  const [now, { from, until }] = [hour * 60 + minute, hours];
  return from <= until ? from <= now && now < until : now >= from || now < until;
};
