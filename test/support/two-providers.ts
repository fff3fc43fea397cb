/**
 * Two providers as they are in the world: each tells of its messages by a clock of its own and some time after the
 * fact. In: what really happened, and each source's clock and delay. Out: records in the order in which they arrive,
 * each with the instant of its arrival. Made without tocsin's own simulator.
 */
import { createRandom } from '../../src/simulate/random.ts';

/** How a provider tells: its clock is `clock` ms off the true time, and what it says of a kind arrives `delay` ms later. */
export interface Telling {
  readonly clock?: number;
  readonly delay?: number;
  readonly delays?: Readonly<Record<string, number>>;
  /** All of this holds only of what happened from here on; 0 by default. */
  readonly from?: number;
}

export interface Arrival {
  /** By a true clock, in epoch ms. */
  readonly at: number;
  readonly value: Buffer;
}

export interface Fact {
  /** When it really happened. */
  readonly at: number;
  readonly type: 'submitted' | 'sent' | 'delivered';
  readonly id: string;
  readonly provider: string;
  readonly to: string;
  readonly category: 'marketing' | 'transactional';
  readonly text: string;
  readonly campaign?: string;
  readonly order?: string;
}

/** 28 October 2026, 20:00 in Paris. */
export const EIGHT = Date.UTC(2026, 9, 28, 19);
/** How long before the fault the stream begins, and how long the fault lasts, in ms. */
const BEFORE = 300_000;
const LASTS = 120_000;
const SOAP = 'Profitez d’un soin offert lors de votre prochaine visite. STOP 36200';
export const person = (n: number): string => `+3361${String(2_000_000 + n)}`;

/** What is told of one message, by its provider. */
export const lifeOf = (message: Omit<Fact, 'type'>, ordered: boolean): Fact[] => [
  ...(ordered ? [{ ...message, type: 'submitted' as const }] : []),
  { ...message, at: message.at + 300, type: 'sent' as const },
  { ...message, at: message.at + 2_300, type: 'delivered' as const },
];

/**
 * Five minutes of reminders through both, then two in which `bad` sends the same 300 people the same
 * text, eight times a second; nobody ordered it. `before`: how long the reminders last, in ms.
 */
export const night = (bad: string, good: string, seed = 1, before = BEFORE): Fact[] => {
  const random = createRandom(seed);
  const facts: Fact[] = [];
  for (let at = EIGHT - before, n = 0; at < EIGHT + LASTS; at += 200 + random.below(1_000), n++) {
    const provider = n % 3 === 0 ? bad : good;
    const message = { at, id: `r${n}`, provider, to: person(1_000 + n), category: 'transactional' as const };
    facts.push(...lifeOf({ ...message, text: `Rendez-vous confirmé à ${9 + (n % 9)} h` }, true));
  }
  for (let n = 0; n < (8 * LASTS) / 1_000; n++) {
    const message = { at: EIGHT + n * 125, id: `x${n}`, provider: bad, to: person(n % 300) };
    facts.push(...lifeOf({ ...message, category: 'marketing', campaign: 'soin', text: SOAP }, false));
  }
  return facts;
};

/** The same facts as they are told. */
export const arrivals = (facts: readonly Fact[], telling: Readonly<Record<string, Telling>>): Arrival[] =>
  facts
    .map(({ at, ...fact }) => {
      const told = telling[fact.provider] ?? {};
      const { clock = 0, delay = 0, delays = {} } = at >= (told.from ?? 0) ? told : {};
      // What we submit is told by ourselves, by our own clock and at once.
      const own = fact.type === 'submitted';
      const value = Buffer.from(
        JSON.stringify({ ...fact, at: new Date(at + (own ? 0 : clock)).toISOString() }),
      );
      return { at: at + (own ? 0 : (delays[fact.type] ?? delay)), value };
    })
    .sort((a, b) => a.at - b.at);
