/** Faults that send what nobody ordered: a campaign once more, one text in a loop, marketing at night. */
import type { Random } from '../../../src/simulate/random.ts';
import { type Campaign, lastBefore, pace } from './campaigns.ts';
import type { Fault } from './faults.ts';
import type { Mail } from './mail.ts';
import { poisson } from './poisson.ts';

/** People caught in a loop, and messages a second to all of them. */
const LOOP_PEOPLE = [3, 30] as const;
const LOOP_RATE = [0.2, 3] as const;
/** Messages a second at night. */
const NIGHT_RATE = [1, 9] as const;
/** The most messages of a campaign that are sent again. */
const REPLAYED = 8_000;

/** What one fault sends in a minute (epoch seconds). */
type Sender = (minute: number) => void;

interface Parts {
  readonly campaigns: readonly Campaign[];
  readonly mail: Mail;
  readonly random: Random;
}

/** Sends what the faults under way send in one minute (epoch seconds); called for each in order. */
export const createStrays = (parts: Parts): ((minute: number, underway: readonly Fault[]) => void) => {
  const senders = new Map<string, Sender>();
  return (minute, underway) => {
    for (const fault of underway) {
      const sender = senders.get(fault.id) ?? senderOf(fault, parts);
      senders.set(fault.id, sender);
      sender(minute);
    }
  };
};

const senderOf = (fault: Fault, parts: Parts): Sender => {
  const random = parts.random.fork(fault.id);
  if (fault.kind === 'replayed-campaign') return replayed(fault, { ...parts, random });
  if (fault.kind === 'stuck-loop') return looping(fault, { ...parts, random });
  if (fault.kind === 'night-sends') return atNight(fault, { ...parts, random });
  return () => undefined;
};

/** Through the campaign's own channel: its name, its people. */
const replayed = ({ provider, start, end }: Fault, { campaigns, mail, random }: Parts): Sender => {
  const campaign = lastBefore(campaigns, start, provider);
  if (!campaign) return () => undefined;
  const channel = mail.channel({ provider, category: 'marketing', campaign: campaign.name });
  const span = { from: start / 1000, until: end / 1000 };
  const seconds = pace(span, Math.min(REPLAYED, campaign.messages), random);
  return (minute) => {
    for (const at of seconds) if (at >= minute && at < minute + 60) mail.unasked(channel, at);
  };
};

const looping = (fault: Fault, { mail, random }: Parts): Sender => {
  const channel = mail.channel({ provider: fault.provider, category: 'marketing' });
  const rate = between(LOOP_RATE, random);
  const people = Math.round(between(LOOP_PEOPLE, random));
  return (minute) => {
    for (const at of someSeconds(fault, { minute, rate, random }))
      mail.unasked(channel, at, `${fault.id}-${random.below(people)}`);
  };
};

const atNight = (fault: Fault, { mail, random }: Parts): Sender => {
  const channel = mail.channel({ provider: fault.provider, category: 'marketing' });
  const rate = between(NIGHT_RATE, random);
  return (minute) => {
    for (const at of someSeconds(fault, { minute, rate, random })) mail.unasked(channel, at);
  };
};

/** As often below the geometric mean as above it. */
const between = ([least, most]: readonly [number, number], random: Random): number =>
  least * (most / least) ** random.unit();

/** Seconds of a minute in which messages of an even rate go out, none outside the fault. */
const someSeconds = (
  { start, end }: Fault,
  { minute, rate, random }: { minute: number; rate: number; random: Random },
): number[] =>
  Array.from({ length: poisson(60 * rate, random) }, () => minute + 60 * random.unit()).filter(
    (at) => at * 1000 >= start && at * 1000 < end,
  );
