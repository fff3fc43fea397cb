/** The Lua scripts by themselves: what they are given, what they answer, what they leave behind. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';

const text = (name: string) =>
  readFileSync(new URL(`../../src/windows/${name}.lua`, import.meta.url), 'utf8');

describe.skipIf(!process.env.REDIS_URL)('the scripts of the windows', () => {
  const redis = new Redis(process.env.REDIS_URL ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());
  const keysOf = () => {
    const tag = `{${randomUUID()}}`;
    return ['state', 'touched', 'samples', 'b|7', 'd|s@0', 't|s@0', 'u|s@0'].map((name) => `${tag}:${name}`);
  };
  const claim = (keys: string[]) => redis.eval(text('claim'), 1, keys[0] ?? '', 60);
  const apply = (keys: string[], [epoch, from, next]: number[], limit = 10) => {
    const payload = [
      epoch,
      from,
      next,
      7_500,
      [['b|7', 's', 3]],
      [['d|s@0', 5, 2, 4_095, 9]],
      [['t|s@0', 'p1', 2, 'p2', 1]],
      ['alpha', 'Bonjour'],
    ];
    return redis.eval(text('apply'), keys.length, ...keys, JSON.stringify(payload), 60, 120, limit, 100);
  };

  test('claim.lua answers a greater epoch each time, and where to read from', async () => {
    const keys = keysOf();
    expect([await claim(keys), await claim(keys)]).toEqual([
      [1, ''],
      [2, ''],
    ]);
    await apply(keys, [2, 0, 4]);
    expect(await claim(keys)).toEqual([3, '4']);
  });

  test('apply.lua counts, merges, moves the offset and lets everything expire', async () => {
    const keys = keysOf();
    await claim(keys);
    expect(await apply(keys, [1, 0, 4])).toEqual(['applied']);
    expect(await apply(keys, [1, 4, 8], 2)).toEqual(['applied']);
    const [state = '', touched = '', samples = '', second = '', sketch = '', tally = ''] = keys;
    expect(await redis.hgetall(state)).toEqual({ epoch: '1', next: '8', watermark: '7500', seq: '2' });
    expect(await redis.zrevrange(touched, 0, -1, 'WITHSCORES')).toEqual([
      't|s@0',
      '2',
      'd|s@0',
      '2',
      'b|7',
      '2',
    ]);
    expect(await redis.hgetall(samples)).toEqual({ alpha: 'Bonjour' });
    expect(await redis.hgetall(second)).toEqual({ s: '6' });
    expect(await redis.call('BITFIELD', sketch, 'GET', 'u8', '#5', 'GET', 'u8', '#4095')).toEqual([2, 9]);
    expect(await redis.zrevrange(tally, 0, -1, 'WITHSCORES')).toEqual(['p1', '4', 'p2', '2']);
    for (const key of keys.slice(0, 6)) expect([key, (await redis.ttl(key)) > 0]).toEqual([key, true]);
  });

  test('apply.lua changes nothing when it refuses', async () => {
    const keys = keysOf();
    await claim(keys);
    await claim(keys);
    await apply(keys, [2, 0, 4]);
    const before = await Promise.all(keys.map((key) => redis.dump(key)));
    expect(await apply(keys, [1, 4, 8])).toEqual(['fenced', '2']);
    expect(await apply(keys, [2, 0, 4])).toEqual(['redelivered', '4']);
    expect(await apply(keys, [2, 3, 8])).toEqual(['overlap', '4']);
    expect(await apply(keys, [2, 5, 8])).toEqual(['gap', '4']);
    expect(await Promise.all(keys.map((key) => redis.dump(key)))).toEqual(before);
  });

  test('apply.lua counts those it cannot hold', async () => {
    const keys = keysOf();
    await claim(keys);
    await apply(keys, [1, 0, 4], 1);
    expect([await redis.zcard(keys[5] ?? ''), await redis.get(keys[6] ?? '')]).toEqual([1, '1']);
  });
});
