/**
 * What the providers send, second by second, and how it is told: each by a clock of its own and some time after the
 * fact, so that records arrive out of order. In: who sends how much, who is at fault, and who is paused. Out: records in
 * the log as they arrive.
 */
import type { Random } from '../../src/simulate/random.ts';
import { type Fact, lifeOf, person, type Telling } from '../support/two-providers.ts';
import type { Fault } from './faults.ts';
import type { Time } from './time.ts';

export interface Sender {
  readonly name: string;
  /** How many ordinary messages a second. */
  readonly rate: number;
  readonly telling: Telling;
  /** Each record comes up to so many ms later still. */
  readonly jitter: number;
}

/** A record on its way into the log. */
export interface Told {
  readonly fact: Fact;
  /** Which fault it is of, if of one. */
  readonly fault: Fault | undefined;
}

const STEP = 1_000;
const COMMON = 100_000;

export const startTraffic = (parts: {
  readonly time: Time;
  readonly random: Random;
  readonly senders: readonly Sender[];
  readonly faults: readonly Fault[];
  readonly partitions: number;
  /** Whether a fault goes on: a provider that is paused ends it. */
  readonly goesOn: (fault: Fault) => boolean;
  readonly append: (partition: number, value: Buffer, told: Told) => void;
  readonly until: number;
}): void => {
  const { time, senders, faults, partitions } = parts;
  const randoms = new Map(senders.map(({ name }) => [name, parts.random.fork(name)]));
  const sent = new Map<Fault, number>();
  let made = 0;

  /** Tells of a fact when its source does. */
  const tell = (sender: Sender, fact: Fact, fault: Fault | undefined, random: Random): void => {
    const { clock = 0, delay = 0, delays = {} } = sender.telling;
    const isOwn = fact.type === 'submitted';
    const late = isOwn ? 0 : (delays[fact.type] ?? delay) + random.below(sender.jitter + 1);
    const { at, ...rest } = fact;
    const value = Buffer.from(
      JSON.stringify({ ...rest, at: new Date(at + (isOwn ? 0 : clock)).toISOString() }),
    );
    const partition = Number(fact.to.slice(-4)) % partitions;
    time.after(at + late - time.now(), () => parts.append(partition, value, { fact, fault }));
  };

  const ordinary = (sender: Sender, random: Random): void => {
    for (
      let at = random.exponential(STEP / sender.rate);
      at < STEP;
      at += random.exponential(STEP / sender.rate)
    ) {
      const n = made++;
      const message = {
        at: Math.floor(time.now() + at),
        id: `r${n}`,
        provider: sender.name,
        to: person(COMMON + n),
        text: `Rendez-vous confirmé à ${9 + (n % 9)} h ${n}`,
        category: 'transactional' as const,
        order: `o${n}`,
      };
      for (const fact of lifeOf(message, true)) tell(sender, fact, undefined, random);
    }
  };

  const faulty = (fault: Fault, sender: Sender, random: Random): void => {
    const { kind, provider } = fault;
    for (let step = 0; step < kind.rate; step++) {
      const n = sent.get(fault) ?? 0;
      sent.set(fault, n + 1);
      const at = Math.floor(time.now() + (step * STEP) / kind.rate);
      const message = { at, id: `x${fault.from}-${n}`, provider, ...kind.message(n) };
      for (const fact of lifeOf(message, message.order !== undefined)) tell(sender, fact, fault, random);
    }
  };

  const turn = (): void => {
    const now = time.now();
    if (now >= parts.until) return;
    for (const sender of senders) {
      const random = randoms.get(sender.name) ?? parts.random;
      ordinary(sender, random);
      for (const fault of faults)
        if (fault.provider === sender.name && fault.from <= now && now < fault.until && parts.goesOn(fault))
          faulty(fault, sender, random);
    }
    time.after(STEP, turn);
  };
  turn();
};
