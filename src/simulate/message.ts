/** The life of one message: asked for, sent, reported on, sometimes answered. */
import { type Address, type Category, type Ms, ms } from '../events/event.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** The short code that marketing comes from and STOP is sent to. */
export const MARKETING_CODE = '36200' as Address;
/** The name that all other messages come from. */
export const SENDER = 'MaisonLise' as Address;
/** The short code at which answers to reminders arrive. */
const SERVICE_CODE = '38015' as Address;

/** The share of phones that are off, and get a message after hours instead of seconds. */
const OFF_SHARE = 0.015;
const FAILED_SHARE = 0.02;
const ERRORS = ['unknown_subscriber', 'absent_subscriber', 'blocked', 'expired'] as const;

/** A message before anybody sends it. */
export interface MessageDraft {
  readonly provider: string;
  readonly to: Address;
  readonly from: Address;
  readonly category: Category;
  readonly campaign?: string;
  readonly text: string;
}

/** How long after sending the provider reports, in ms. */
const reportDelay = (random: Random): number =>
  random.chance(OFF_SHARE)
    ? Math.min(random.logNormal(5_400_000, 0.8), 259_200_000)
    : Math.max(300, random.logNormal(3_500, 1.1));

/** Puts the provider's report on a message it sent on the agenda. */
const report = (
  world: World,
  random: Random,
  draft: MessageDraft,
  sent: { id: string; at: number },
): void => {
  const { provider, to, category, campaign } = draft;
  const at = ms(Math.floor(sent.at + reportDelay(random)));
  if (at >= world.end) return;
  const facts = { id: sent.id, at, provider, to, category, campaign };
  if (random.chance(FAILED_SHARE))
    world.agenda.push({ type: 'failed', ...facts, error: random.pick(ERRORS) });
  else world.agenda.push({ type: 'delivered', ...facts });
};

/** Submits a message that the provider sends about a second later and reports on; answers when it was to be sent. */
export const order = (world: World, random: Random, draft: MessageDraft, at: number): Ms => {
  const asked = ask(world, random, draft, at);
  if (!world.isBusy(draft.provider, asked.at)) send(world, random, draft, asked);
  return asked.at;
};

/** Submits a message that the provider keeps for later. */
export const orderKept = (
  world: World,
  random: Random,
  draft: MessageDraft,
  when: { at: number; sentAt: number },
): void =>
  send(world, random, draft, { ...ask(world, random, draft, when.at), at: ms(Math.floor(when.sentAt)) });

/** Submits a message that is sent whatever else the provider is busy with. */
export const orderOfRunaway = (world: World, random: Random, draft: MessageDraft, at: number): void =>
  send(world, random, draft, ask(world, random, draft, at));

interface Asked {
  readonly id: string;
  readonly at: Ms;
  readonly order: string;
}

const ask = (world: World, random: Random, draft: MessageDraft, at: number): Asked => {
  const id = world.nextId(draft.provider);
  const name = `o-${id}`;
  world.agenda.push({ type: 'submitted', id, at: ms(Math.floor(at)), ...draft, order: name });
  const sentAt = ms(Math.floor(at + Math.min(2_500, Math.max(150, random.logNormal(900, 0.35)))));
  return { id, at: sentAt, order: name };
};

const send = (world: World, random: Random, draft: MessageDraft, { id, at, order: name }: Asked): void => {
  world.agenda.push({ type: 'sent', id, at, ...draft, order: name });
  report(world, random, draft, { id, at });
};

/** Sends a message as a provider does by itself: nothing is submitted before, and it has no order. */
export const sendUnasked = (world: World, random: Random, draft: MessageDraft, at: number): void => {
  const id = world.nextId(draft.provider);
  const sentAt = ms(Math.floor(at));
  world.agenda.push({ type: 'sent', id, at: sentAt, ...draft });
  report(world, random, draft, { id, at: sentAt });
};

/** Answers STOP to the marketing code, after which the number is taken off; does nothing when the code is dead. */
export const answerStop = (
  world: World,
  random: Random,
  person: number,
  sent: { provider: string; at: number },
): void => {
  if (!world.stopWorks) return;
  const { provider } = sent;
  const phone = world.people.phone(person);
  const at = ms(Math.floor(sent.at + random.logNormal(240_000, 1.2)));
  const text = random.pick(['STOP', 'Stop', 'stop', 'STOP merci', 'STOP 36200']);
  const id = world.nextId(provider);
  world.consent.withdraw(person);
  world.agenda.push({ type: 'received', id, at, provider, to: MARKETING_CODE, from: phone, text });
  optOut(world, phone, at + 2_000 + random.below(18_000));
};

/** Takes a number off the base. */
export const optOut = (world: World, to: Address, at: number): void =>
  world.agenda.push({ type: 'opted_out', id: world.nextId('base'), at: ms(Math.floor(at)), to });

/** Answers a reminder with a few words that ask for nothing. */
export const answerReminder = (
  world: World,
  random: Random,
  from: Address,
  sent: { provider: string; at: number },
): void => {
  const at = ms(Math.floor(sent.at + random.logNormal(400_000, 1.3)));
  const { provider } = sent;
  const text = random.pick(['OK', 'Merci', 'Oui', 'ok merci', 'Je serai en retard de 10 min']);
  world.agenda.push({
    type: 'received',
    id: world.nextId(provider),
    at,
    provider,
    to: SERVICE_CODE,
    from,
    text,
  });
};
