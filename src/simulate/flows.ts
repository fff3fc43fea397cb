/**
 * Ordinary traffic that never ceases: reminders, confirmations, one-time codes, birthday wishes.
 * A flow is a source: a generator of instants, which puts its events on the agenda when each has come.
 */
import { type Category, ms } from '../events/event.ts';
import { answerReminder, answerStop, MARKETING_CODE, type MessageDraft, order, SENDER } from './message.ts';
import type { Random } from './random.ts';
import type { Source } from './run.ts';
import type { World } from './world.ts';

export interface Flow {
  readonly name: string;
  readonly provider: string;
  readonly category: Category;
  /** The messages a second at the busiest hour of a usual weekday. */
  readonly peak: number;
  /** The share of the peak at each full local hour, with a straight line between two. */
  readonly hours: readonly number[];
  /** The most messages sent at once: salons send in small handfuls, which makes counts vary more than Poisson's. */
  readonly handful: number;
  text(random: Random): string;
}

/** The weekdays' share of usual traffic, Monday first: many salons are shut on Mondays, Saturday is the fullest. */
const WEEK = [0.7, 1, 1, 1, 1.15, 1.3, 0.25] as const;

const slots = Array.from({ length: 20 }, (_, i) => `${9 + (i >> 1)}h${i % 2 === 0 ? '00' : '30'}`);
const slot = (random: Random) => slots[random.below(slots.length)] ?? '9h00';

/** The text of a one-time code of six digits. */
export const codeText = (random: Random): string =>
  `${100_000 + random.below(900_000)} est votre code Maison Lise. Ne le donnez à personne.`;

export const BIRTHDAY_TEXT =
  'Joyeux anniversaire ! -20 % sur votre prochaine coupe chez Maison Lise. STOP 36200';

/** The flows of ordinary traffic. */
export const FLOWS: readonly Flow[] = [
  {
    name: 'reminders',
    provider: 'alpha',
    category: 'transactional',
    peak: 0.6,
    handful: 4,
    hours: [
      0, 0, 0, 0, 0, 0, 0.02, 0.1, 0.5, 0.9, 1, 0.9, 0.7, 0.7, 0.8, 0.9, 1, 1, 0.9, 0.5, 0.15, 0.04, 0.02,
      0.01,
    ],
    text: (random) => `Rappel : rendez-vous demain à ${slot(random)} chez Maison Lise. À demain !`,
  },
  {
    name: 'confirmations',
    provider: 'beta',
    category: 'transactional',
    peak: 0.6,
    handful: 2,
    hours: [
      0.06, 0.03, 0.02, 0.01, 0.01, 0.02, 0.06, 0.2, 0.5, 0.8, 1, 1, 0.9, 0.9, 0.8, 0.8, 0.9, 1, 1, 0.8, 0.6,
      0.5, 0.3, 0.15,
    ],
    text: (random) => `Votre rendez-vous de ${slot(random)} est confirmé. Maison Lise`,
  },
  {
    name: 'codes',
    provider: 'beta',
    category: 'otp',
    peak: 0.35,
    handful: 1,
    hours: [
      0.1, 0.05, 0.03, 0.02, 0.02, 0.03, 0.1, 0.3, 0.5, 0.7, 0.8, 0.8, 0.9, 0.9, 0.7, 0.7, 0.8, 0.9, 1, 1,
      0.9, 0.8, 0.5, 0.2,
    ],
    text: codeText,
  },
  {
    name: 'birthdays',
    provider: 'alpha',
    category: 'marketing',
    peak: 0.05,
    handful: 1,
    hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0.8, 1, 1, 0.8, 0.8, 1, 1, 1, 1, 0.8, 0, 0, 0, 0, 0],
    text: () => BIRTHDAY_TEXT,
  },
];

/** The share of the peak at a local hour with its fraction. */
const share = (hours: readonly number[], hour: number): number => {
  const before = Math.floor(hour);
  const part = hour - before;
  return (hours[before % 24] ?? 0) * (1 - part) + (hours[(before + 1) % 24] ?? 0) * part;
};

/** The source of one flow, which never ends before the simulation does. */
export function* flowSource(world: World, flow: Flow): Source {
  const random = world.random.fork(flow.name);
  const nextPerson = world.people.walk(random);
  const deliver = flow.category === 'marketing' ? sendMarketing : sendService;
  // Times are drawn at the week's highest rate and thinned down to the hour's.
  const busiest = (flow.peak * world.scale * Math.max(...WEEK)) / ((1 + flow.handful) / 2);
  let at: number = world.start;
  for (;;) {
    at += random.exponential(1000 / busiest);
    const day = WEEK[world.paris.weekday(at)] ?? 1;
    const wanted = (day / Math.max(...WEEK)) * share(flow.hours, world.paris.hour(at));
    if (!random.chance(wanted)) {
      // Nights without traffic must not keep the simulation from seeing its end.
      if (at >= world.end) return;
      continue;
    }
    yield at;
    const handful = 1 + random.below(flow.handful);
    for (let i = 0; i < handful; i++) deliver(world, random, flow, nextPerson(), at + i * 40 * random.unit());
  }
}

const draftOf = (world: World, random: Random, flow: Flow, person: number): MessageDraft => ({
  provider: flow.provider,
  to: world.people.phone(person),
  from: flow.category === 'marketing' ? MARKETING_CODE : SENDER,
  category: flow.category,
  campaign: flow.category === 'marketing' ? flow.name : undefined,
  text: flow.text(random),
});

const sendService = (world: World, random: Random, flow: Flow, person: number, at: number): void => {
  const draft = draftOf(world, random, flow, person);
  const sent = order(world, random, draft, at);
  // The code did not come at once, so some ask for another.
  if (flow.category === 'otp' && random.chance(0.06))
    order(world, random, { ...draft, text: flow.text(random) }, at + 35_000 + random.below(60_000));
  if (flow.name === 'reminders' && random.chance(0.02))
    answerReminder(world, random, draft.to, { provider: flow.provider, at: sent });
};

const sendMarketing = (world: World, random: Random, flow: Flow, person: number, at: number): void => {
  if (world.consent.take(person, at)) market(world, random, draftOf(world, random, flow, person), person, at);
};

/** Sends one ordinary marketing message, unless the provider is paused; some answer STOP. */
export const market = (
  world: World,
  random: Random,
  draft: MessageDraft,
  person: number,
  at: number,
): void => {
  if (world.brake(draft.provider, ms(Math.floor(at)))) {
    world.counter.spare(draft.provider, draft.to);
    return;
  }
  const sent = order(world, random, draft, at);
  if (random.chance(0.004)) answerStop(world, random, person, { provider: draft.provider, at: sent });
};
