/** Campaigns: every working day at their hour, each to some thousands of people, nobody twice, done within the hour. */
import { ms } from '../events/event.ts';
import { MINUTE } from '../events/time.ts';
import { market } from './flows.ts';
import { dateOf } from './local-time.ts';
import { MARKETING_CODE, type MessageDraft } from './message.ts';
import type { Random } from './random.ts';
import type { Source } from './run.ts';
import type { World } from './world.ts';

export interface CampaignPlan {
  readonly name: string;
  readonly provider: string;
  /** The local hour in Paris at which it begins: 10.5 is 10:30. */
  readonly hour: number;
  readonly minutes: number;
  readonly audience: number;
  /** How many minutes before its beginning it is announced; null when nobody tells. */
  readonly announced: number | null;
  readonly text: string;
}

/** The two campaigns of an ordinary working day, one announced and one not. */
export const CAMPAIGNS: readonly CampaignPlan[] = [
  {
    name: 'automne',
    provider: 'alpha',
    hour: 10.5,
    minutes: 45,
    audience: 4_800,
    announced: 120,
    text: 'Cet automne, la couleur est à -30 % chez Maison Lise jusqu’à samedi. STOP 36200',
  },
  {
    name: 'relance',
    provider: 'beta',
    hour: 17,
    minutes: 55,
    audience: 2_600,
    announced: null,
    text: 'Vous nous manquez ! Prenez rendez-vous en ligne, le soin est offert. STOP 36200',
  },
];

/** The source of one plan, day after day. */
export function* campaignSource(world: World, plan: CampaignPlan): Source {
  const { paris, start, end } = world;
  const random = world.random.fork(`campaign ${plan.name}`);
  const nextPerson = world.people.walk(random);
  for (let day = paris.day(start); day <= paris.day(end); day++) {
    const begin = paris.instant(day, plan.hour);
    const over = begin + plan.minutes * MINUTE;
    if (over <= start || begin >= end || !paris.isWorkday(begin)) continue;
    const campaign = `${plan.name}-${dateOf(day)}`;
    if (plan.announced !== null) {
      const at = Math.max(start, begin - plan.announced * MINUTE);
      yield at;
      announce(world, plan, { campaign, at, begin, over });
    }
    yield* sending(world, random, { plan, campaign, begin, over, nextPerson });
  }
}

const announce = (
  world: World,
  plan: CampaignPlan,
  { campaign, at, begin, over }: { campaign: string; at: number; begin: number; over: number },
): void =>
  world.agenda.push({
    type: 'announced',
    id: campaign,
    at: ms(at),
    provider: plan.provider,
    campaign,
    start: ms(begin),
    end: ms(over),
    audience: Math.round(plan.audience * world.scale),
  });

interface Sending {
  readonly plan: CampaignPlan;
  readonly campaign: string;
  readonly begin: number;
  readonly over: number;
  readonly nextPerson: () => number;
}

function* sending(
  world: World,
  random: Random,
  { plan, campaign, begin, over, nextPerson }: Sending,
): Source {
  const audience = Math.round(plan.audience * world.scale);
  const gap = (over - begin) / audience;
  let at = begin;
  for (let i = 0; i < audience; i++) {
    at += random.exponential(gap);
    const person = nextPerson();
    // It may have begun before the simulation did.
    if (at < world.start) continue;
    if (at >= over) return;
    yield at;
    if (!world.consent.take(person, at)) continue;
    const draft: MessageDraft = {
      provider: plan.provider,
      to: world.people.phone(person),
      from: MARKETING_CODE,
      category: 'marketing',
      campaign,
      text: plan.text,
    };
    market(world, random, draft, person, at);
  }
}
