/**
 * What looks like a fault and is none: one phone for three accounts, a queue that empties after closing time, a rush
 * for codes. Each is a source, day after day.
 */
import type { Address } from '../events/event.ts';
import { DAY, MINUTE } from '../events/time.ts';
import { BIRTHDAY_TEXT, codeText } from './flows.ts';
import { dateOf } from './local-time.ts';
import { MARKETING_CODE, type MessageDraft, order, orderKept, SENDER } from './message.ts';
import type { Random } from './random.ts';
import type { Source } from './run.ts';
import type { World } from './world.ts';

const SECOND = 1_000;

/** The workdays on which `isOn` holds, each with the instant of a local hour. */
function* days(
  world: World,
  hour: number,
  isOn: (day: number) => boolean,
): Generator<{ day: number; begin: number }> {
  const { paris, start, end } = world;
  for (let day = paris.day(start); day <= paris.day(end); day++) {
    const begin = paris.instant(day, hour);
    if (begin >= start && begin < end && paris.isWorkday(begin) && isOn(day)) yield { day, begin };
  }
}

const STATEMENTS = { weekday: 3, hour: 11, phones: 1_500, families: 0.02, accounts: 3, gap: 1_600 } as const;

/** Statements of loyalty points go to accounts: parents who hold three of them on one phone get three in a row. */
export function* statementsSource(world: World): Source {
  const random = world.random.fork('statements');
  const nextPerson = world.people.walk(random);
  const { weekday, hour, phones, families, accounts, gap } = STATEMENTS;
  for (const { day, begin } of days(world, hour, (day) => world.paris.weekday(day * DAY) === weekday)) {
    let at = begin;
    for (let i = 0; i < phones * world.scale; i++) {
      at += random.exponential(gap / world.scale);
      const person = nextPerson();
      yield at;
      if (!world.consent.take(person, at)) continue;
      const copies = random.chance(families) ? accounts : 1;
      for (let copy = 0; copy < copies; copy++) {
        const points = 10 * (1 + random.below(90));
        const text = `Maison Lise : votre compte a ${points} points, valables jusqu’à Noël. STOP 36200`;
        order(
          world,
          random,
          marketing('beta', world.people.phone(person), `points-${dateOf(day)}`, text),
          at + copy * 300,
        );
      }
    }
  }
}

const marketing = (provider: string, to: Address, campaign: string, text: string): MessageDraft => ({
  provider,
  to,
  from: MARKETING_CODE,
  category: 'marketing',
  campaign,
  text,
});

const EVENING = {
  hour: 19 + 55 / 60,
  reminders: 80,
  wishes: 7,
  asks: 2 * MINUTE,
  waits: 8 * MINUTE,
} as const;

/** Asked for before eight in the evening, sent after: reminders every day, and a few birthday wishes among them. */
export function* eveningQueueSource(world: World): Source {
  const random = world.random.fork('evening queue');
  const nextPerson = world.people.walk(random);
  const { hour, reminders, wishes, asks, waits } = EVENING;
  const count = Math.round((reminders + wishes) * world.scale);
  for (const { begin } of days(world, hour, () => true)) {
    for (let i = 0; i < count; i++) {
      const at = begin + (i / count) * asks;
      yield at;
      const to = world.people.phone(nextPerson());
      const isWish = i % Math.ceil(count / (wishes * world.scale)) === 0;
      const text = isWish ? BIRTHDAY_TEXT : 'Rappel : rendez-vous demain à 9h30 chez Maison Lise. À demain !';
      const draft: MessageDraft = isWish
        ? marketing('alpha', to, 'birthdays', text)
        : { provider: 'alpha', to, from: SENDER, category: 'transactional', text };
      orderKept(world, random, draft, { at, sentAt: at + waits + random.below(20 * SECOND) });
    }
  }
}

const LAUNCH = { everyDays: 10, hour: 18, rate: 6, lasts: 20 * MINUTE, fades: 6 * MINUTE, most: 4 } as const;

/** A new product on sale at six: everybody signs in at once, and asks again when the code does not come. */
export function* launchSource(world: World): Source {
  const random = world.random.fork('launch');
  const nextPerson = world.people.walk(random);
  const { everyDays, hour, rate, lasts, fades, most } = LAUNCH;
  for (const { begin } of days(world, hour, (day) => day % everyDays === 0)) {
    for (let at = begin; at < begin + lasts; ) {
      at += random.exponential(SECOND / (rate * world.scale * Math.exp((begin - at) / fades)));
      yield at;
      const to = world.people.phone(nextPerson());
      askForCodes(world, random, { to, at, times: 1 + (random.chance(0.4) ? random.below(most) : 0) });
    }
  }
}

const askForCodes = (
  world: World,
  random: Random,
  { to, at, times }: { to: Address; at: number; times: number },
): void => {
  // Whoever asks again within minutes gets the same code again.
  const text = codeText(random);
  let when = at;
  for (let time = 0; time < times; time++) {
    order(world, random, { provider: 'beta', to, from: SENDER, category: 'otp', text }, when);
    when += 20 * SECOND + random.below(40 * SECOND);
  }
};
