/** Plain traffic as a sender's own stream would be: each message asked for, then sent. */

const TEXT = "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";

/** A provider that goes wrong: forty messages of one text at once, to ten people from number `person` on. */
export const runaway = (provider: string, at: number, person: number) =>
  Array.from({ length: 40 }, (_, n) => ({
    id: `${provider}-${n}`,
    type: 'sent',
    at,
    provider,
    to: `+336${String(person + (n % 10)).padStart(8, '0')}`,
    category: 'marketing',
    from: '36200',
    text: TEXT,
  }));

/** Events a second of event time. */
export const RATE = 5_000;
const RECIPIENTS = 100_000;

export interface Plain {
  /** The key: the recipient's number, as a topic keyed by person has it. */
  readonly key: string;
  readonly person: number;
  readonly value: string;
}

/** The event with this number, of a stream that began at `start` (epoch ms). `marketing`: one in so many is. */
export const plainEvent = (number: number, start: number, { marketing = 5 } = {}): Plain => {
  const person = (number * 7_919) % RECIPIENTS;
  const to = `+336${String(person).padStart(8, '0')}`;
  const value = JSON.stringify({
    id: `SM${number.toString(16).padStart(32, '0')}`,
    type: number % 2 === 0 ? 'submitted' : 'sent',
    at: new Date(start + (number * 1000) / RATE).toISOString(),
    provider: number % 3 === 0 ? 'alpha' : 'beta',
    to,
    from: '36200',
    category: number % marketing === 0 ? 'marketing' : 'transactional',
    campaign: number % marketing === 0 ? 'spring' : undefined,
    order: `o-${number}`,
    text: 'Votre rendez-vous est confirmé. À bientôt dans notre salon.',
  });
  return { key: to, person, value };
};
