/**
 * What comes by HTTP, or does not come, tells that tocsin does not see: silence, clocks apart, records that cannot be
 * read. As users run it: processes and a real Redis.
 */
import { Redis } from 'ioredis';
import { afterEach, describe, test } from 'vitest';
import { createRedisCheckpoint } from '../../../src/evaluate/checkpoint-redis.ts';
import { seriesKey } from '../../../src/windows/series.ts';
import { learnedOf } from '../../detect/support.ts';
import { setUpBlind } from '../../support/blind.ts';
import { isOver, isTold, many } from './told.ts';

const stops: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const post = async (url: string, lines: readonly string[]): Promise<void> => {
  const headers = { 'content-type': 'application/x-ndjson' };
  await fetch(`${url}/v1/events`, { method: 'POST', headers, body: lines.join('\n') });
};
describe('events that come by HTTP', () => {
  test('dated far from the clock: told, and over when the clocks agree', async () => {
    const world = await setUpBlind(stops);
    const { url } = await world.run();
    await post(url, many(20, Date.now() + 180_000));
    await isTold(world, url, {
      headline: /^🟠 tocsin is blind to what time it is/,
      says: /most messages are dated more than 120 s ahead of the clock/,
    });
    await post(url, many(100, Date.now()));
    await isOver(world, url);
  });

  test('that cannot be read, above a share: told, and over when most can', async () => {
    const world = await setUpBlind(stops, { blindness: { deadLetters: { minimum: 30 } } });
    const { url } = await world.run();
    await post(url, many(100, Date.now()));
    await post(url, Array(30).fill('{"type":"sent"}'));
    await isTold(world, url, {
      headline: /^🟠 tocsin is blind to a part of the stream: it cannot be read/,
      says: /more than 5 % of the records of the last five minutes cannot be read/,
    });
    await post(url, many(1_000, Date.now()));
    await isOver(world, url);
  });

  test('that stop at an hour that always brought some: told, and over with the next', async () => {
    const world = await setUpBlind(stops);
    const redis = new Redis(world.redis.url);
    const now = Math.floor(Date.now() / 1_000);
    const learned = Object.fromEntries(
      learnedOf(now, [[seriesKey({ metric: 'sent', provider: 'alpha' }), 5]]),
    );
    const memory = createRedisCheckpoint({ redis, prefix: world.prefix });
    await memory.save({ detected: null, sealed: null, learned });
    redis.disconnect();
    const { url } = await world.run();
    await post(url, many(10, Date.now()));
    await isTold(world, url, {
      headline: /^🔴 tocsin is blind to the stream, or there is none: nothing comes/,
      says: /nothing has come from any provider since \d\d:\d\d:\d\d UTC/,
    });
    await post(url, many(10, Date.now()));
    await isOver(world, url);
  });
});
