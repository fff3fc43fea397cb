/** Two instances lose Redis, and say so; then one of them finds no Kafka. As users run it: processes, a real Redis. */
import { afterEach, expect, test } from 'vitest';
import { readiness, setUpBlind } from '../../support/blind.ts';
import { freePorts } from '../../support/process.ts';
import { tocsinResult } from '../../support/tocsin.ts';
import { until } from '../../support/until.ts';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

test('Redis goes: told once, straight to Slack, and no heartbeat; it comes back: told in the same thread', async () => {
  const { slack, redis, run, cards, pulse } = await setUpBlind(stops);
  const [one, two] = [await run(), await run()];
  await until(
    async () => (await readiness(one.url)).status === 200 && (await readiness(two.url)).status === 200,
  );
  await until(() => pulse.beats() > 1);

  await redis.kill9();
  await until(() => cards().length > 0);
  for (const { url } of [one, two])
    await until(async () => (await readiness(url)).problems.some((text) => /^blind since /.test(text)));
  expect((await readiness(one.url)).status).toBe(503);
  const before = pulse.beats();

  await redis.restart();
  await until(() => slack.messages.some(({ thread_ts }) => thread_ts));
  await until(
    async () => (await readiness(one.url)).status === 200 && (await readiness(two.url)).status === 200,
  );
  expect(cards()).toEqual([expect.stringMatching(/^✅ tocsin sees again, and was blind to everything/)]);
  expect(slack.messages.filter(({ thread_ts }) => thread_ts)).toHaveLength(1);
  await until(() => pulse.beats() > before);

  const { stdout } = await tocsinResult(['audit', '--url', one.url]);
  expect(stdout.match(/tocsin-blind-store-\S+ (blind|sees) by sight: /g)).toHaveLength(2);
});

test('Kafka is not there: told through the outbox, and readiness says no', async () => {
  const [port = 0] = await freePorts(1);
  const { run, cards } = await setUpBlind(stops, { intake: { kafka: { brokers: [`127.0.0.1:${port}`] } } });
  const { url } = await run();
  await until(() => cards().length > 0);
  expect(cards()).toEqual([
    expect.stringMatching(/^🔴 tocsin is blind to the stream: Kafka does not answer/),
  ]);
  const { status, problems } = await readiness(url);
  expect(status).toBe(503);
  expect(problems).toEqual([expect.stringMatching(/^blind since .* UTC: /)]);
});
