/**
 * What is told when tocsin is blind to a stream, and when it sees again. In: a world of test/support/blind.ts. Out:
 * assertions about its Slack and about readiness.
 */
import { expect } from 'vitest';
import type { SmsEvent } from '../../../src/events/event.ts';
import { readiness, type setUpBlind } from '../../support/blind.ts';
import { sent, wire } from '../../support/events.ts';
import { until } from '../../support/until.ts';

type World = Awaited<ReturnType<typeof setUpBlind>>;

/** So many messages of one moment. */
export const many = (count: number, at: number): string[] =>
  Array.from({ length: count }, () => wire(sent({ at } as Partial<SmsEvent>)));

/** What was told of tocsin itself; so many messages at once are news of their provider, too. */
const own = ({ slack }: World) => {
  const cards = slack.messages.filter(({ text }) => /^\S+ tocsin /.test(text));
  return slack.messages.filter(({ ts, thread_ts }) =>
    cards.some((card) => card.ts === ts || card.ts === thread_ts),
  );
};

/** One card for it, and readiness says no, in the words that the card has. */
export const isTold = async (world: World, url: string, told: { headline: RegExp; says: RegExp }) => {
  const [card] = await until(() => (own(world).length > 0 ? own(world) : undefined));
  expect(card?.text).toMatch(told.headline);
  expect(card?.text).toMatch(told.says);
  const { status, problems } = await readiness(url);
  expect(status).toBe(503);
  expect(problems).toContainEqual(expect.stringMatching(/^blind since \d\d:\d\d(:\d\d)? UTC: /));
  expect(problems.join()).toMatch(told.says);
};
/** The same card, and a line in its thread. */
export const isOver = async (world: World, url: string) => {
  // The line in the thread is posted first, the card is changed behind it.
  await until(() => own(world).length > 1 && /^✅ tocsin sees again/.test(own(world)[0]?.text ?? ''));
  const [card, line, ...more] = own(world);
  expect(card?.text).toMatch(/^✅ tocsin sees again/);
  expect([line?.thread_ts, more]).toEqual([card?.ts, []]);
  await until(async () => (await readiness(url)).status === 200);
};
