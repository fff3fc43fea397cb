/**
 * Blindness in words: what is told when tocsin does not see, what it means, what to do, and that it is over.
 * In: a blindness. Out: a card of its own, and the line in its thread when it ends. No number identifies anybody.
 */
import type { Ms } from '../events/event.ts';
import { clock, line } from '../notify/message.ts';
import type { Notice } from '../notify/outbox/outbox.ts';
import type { Blindness, Cause, ToldBlindness } from './blindness.ts';

const BLIND_TO: Readonly<Record<Cause, string>> = {
  store: 'everything: its store does not answer',
  kafka: 'the stream: Kafka does not answer',
  lag: 'what happens now: it is behind',
  lost: 'messages that were deleted before they were read',
  log: 'a part of the stream: the topic is not what it was',
  silence: 'the stream, or there is none: nothing comes',
  clock: 'what time it is: the clocks are apart',
  'dead-letters': 'a part of the stream: it cannot be read',
  delay: 'what a provider does now: its reports come late, or its clock is wrong',
};

const TODO: Readonly<Record<Cause, string>> = {
  store:
    'See whether Redis runs, takes writes, and has memory left (without Redis: the disk of dataDir). It goes on by itself from where it stopped.',
  kafka: 'See whether the brokers run and let tocsin in. It goes on by itself from where it stopped.',
  lag: 'See whether one instance hangs or a producer left a transaction open; else start more instances. What is behind is read at full speed, and nothing is paused for what is old.',
  lost: 'Give the topic a longer retention. What is gone stays uncounted: take the numbers of these minutes from the providers.',
  log: 'Was the topic made anew? Then read it under another topic name; else see what became of its records.',
  silence:
    'See whether the producers of the topic run. When nothing is being sent on purpose, this ends by itself.',
  clock:
    'Set the clocks of this machine and of the producers (NTP). Quiet hours and stale evidence are judged by them.',
  'dead-letters':
    'Look into the dead letters for the reason, and correct the producer; what was set aside can be sent again.',
  delay:
    'Ask the provider whether its reports hang, and see whether its clock, or the zone of its dates, is right. Once it has lasted for as long as it was otherwise, it counts as usual.',
};

const MEANS = 'What is paused stays paused; nothing new is paused by itself until this is over.';

/** One provider's trouble holds nobody else back. */
const MEANS_OF_ONE = 'It is not paused by itself for what is over by then; nothing else changes.';

const blindTo = ({ cause, provider }: Pick<Blindness, 'cause' | 'provider'>): string =>
  provider === undefined ? BLIND_TO[cause] : BLIND_TO[cause].replace('a provider', line(provider));

const PARTIAL: readonly Cause[] = ['dead-letters', 'clock', 'lost', 'delay'];

/** A cause that hides only a part of the stream is a warning: nobody needs to get up for it. */
export const severityOf = (cause: Cause): Notice['severity'] =>
  PARTIAL.includes(cause) ? 'warning' : 'critical';

/** `mention`: who is called, as Slack writes it. */
export const begunNotices = (
  { cause, provider, says, since }: Pick<Blindness, 'cause' | 'provider' | 'says' | 'since'>,
  { id, mention }: { readonly id: string; readonly mention?: string },
): Notice[] => {
  const severity = severityOf(cause);
  const headline = `${severity === 'critical' ? '🔴' : '🟠'} tocsin is blind to ${blindTo({ cause, provider })} – since ${clock(since)} UTC`;
  const base = { incident: id, severity, about: { provider: 'tocsin', since } };
  const card: Notice = {
    ...base,
    kind: 'card',
    text: [headline, line(says), provider === undefined ? MEANS : MEANS_OF_ONE, TODO[cause]].join('\n'),
  };
  return mention ? [card, { ...base, kind: 'reply', text: headline, mention, once: `${id} begun` }] : [card];
};

export const overNotices = ({ id, cause, provider, since }: ToldBlindness, at: Ms): Notice[] => {
  const severity = severityOf(cause);
  const text = `✅ tocsin sees again, and was blind to ${blindTo({ cause, provider })} – from ${clock(since)} to ${clock(at)} UTC`;
  const base = { incident: id, severity, about: { provider: 'tocsin', since, until: at } };
  const resumes = provider === undefined ? ' Pauses may begin again.' : '';
  return [
    { ...base, kind: 'card', text },
    { ...base, kind: 'reply', text: `Over at ${clock(at)} UTC.${resumes}`, once: `${id} over` },
  ];
};

/** For the live view, readiness and the guardrails: stays the same while it lasts. */
export const blindSays = ({ since, says }: Pick<Blindness, 'says' | 'since'>): string =>
  `blind since ${clock(since)} UTC: ${says}`;
