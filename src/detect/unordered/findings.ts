/** From counts that exceed what they follow to findings: messages nobody asked for, failures, answers. */
import { type Second, second, startOf } from '../../events/event.ts';
import type { Finding } from '../finding.ts';
import type { Excess } from '../statistics/shares.ts';
import { inWords, rounded, usuallyWithin } from '../wording.ts';
import type { Follow } from './follows.ts';

interface ExcessContext {
  readonly at: Second;
  /** The error that most failures had. */
  readonly mostly?: string;
  readonly strong: boolean;
  /** How long the provider usually takes, in seconds, where that is known. */
  readonly lag?: number;
}

type ExcessPlace = Pick<Follow, 'detector' | 'sign' | 'provider' | 'series'>;

export const excessFinding = (of: ExcessPlace, context: ExcessContext, excess: Excess): Finding => ({
  detector: of.detector,
  provider: of.provider,
  series: of.series,
  at: context.at,
  since: startOf(second(excess.from)),
  strength: context.strong ? 'strong' : 'warn',
  evidence: {
    count: excess.count,
    expected: rounded(excess.expected),
    base: excess.base,
    seconds: spanOf(context, excess),
    surprise: rounded(excess.surprise),
    ...(context.lag === undefined ? {} : { lag: context.lag }),
  },
  says: says(of, context, excess),
});

const spanOf = ({ at }: ExcessContext, { from }: Excess): number => at - from + 1;

const says = ({ detector, sign, provider }: ExcessPlace, context: ExcessContext, excess: Excess): string => {
  const { count, base, expected } = excess;
  const { mostly, lag } = context;
  const when = `in ${inWords(spanOf(context, excess))}`;
  const usual = `where ${rounded(expected)} were expected`;
  switch (sign ?? detector) {
    case 'unordered':
      return `${provider} sent ${count} messages ${when}, but was asked for ${base} (${usual}${usuallyWithin(lag, 'sends')})`;
    case 'order':
      return `${provider} sent ${count} messages without an order ${when}, of ${base} (${usual})`;
    case 'submission':
      return `${provider} sent ${count} messages ${when} that were never submitted, of ${base} (${usual})`;
    case 'report':
      return `${provider} reported on ${count} messages ${when} that were never submitted, of ${base} (${usual})`;
    case 'twice':
      return `${provider} sent ${count} orders ${when} that had gone to the same persons already, of ${base} (${usual})`;
    case 'failures':
      return `${provider} failed to deliver ${count} messages ${when} ${usual}${mostly ? `; mostly ${mostly}` : ''}`;
    case 'replies':
      return `${count} people answered or opted out ${when} ${usual}`;
    case 'stop_surge':
      return `${count} people asked ${provider} to stop, or were taken off, ${when} ${usual}`;
  }
};
