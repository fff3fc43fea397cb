/** The Lua scripts by themselves: what they are given, what they answer, what they leave behind. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, test } from 'vitest';

const text = (name: string) =>
  readFileSync(new URL(`../../../src/windows/store/${name}.lua`, import.meta.url), 'utf8');

describe.skipIf(!process.env.REDIS_URL)('the scripts of the windows', () => {
  const redis = new Redis(process.env.REDIS_URL ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());
  const keysOf = () => {
    const tag = `{${randomUUID()}}`;
    const names = [
      'state',
      'touched',
      'samples',
      'announced',
      'withdrawn',
      'asked',
      'returned',
      'b|7',
      'd|s@0',
      't|s@0',
      'u|s@0',
    ];
    return names.map((name) => `${tag}:${name}`);
  };
  /** As it goes into the payload: id, at, JSON. */
  const campaign = (id: string, at: number, end: number) => [id, at, JSON.stringify({ id, at, end })];
  const claim = (keys: string[]) => redis.eval(text('claim'), 1, keys[0] ?? '', 60);
  const apply = (
    keys: string[],
    [epoch, from, next]: number[],
    {
      limit = 10,
      announced = [] as (string | number)[],
      withdrawn = [] as (string | number)[],
      returned = [] as (string | number)[],
      mark = '',
    } = {},
  ) => {
    const payload = [
      epoch,
      from,
      next,
      7_500,
      [['b|7', 's', 3]],
      [['d|s@0', 5, 2, 4_095, 9]],
      [['t|s@0', 'p1', 2, 'p2', 1]],
      ['alpha', 'Bonjour'],
      announced,
      withdrawn,
      returned,
      mark,
    ];
    const limits = [60, 120, limit, 100, 2_000, 2, 2, 2];
    return redis.eval(text('apply'), keys.length, ...keys, JSON.stringify(payload), ...limits);
  };

  test('claim.lua answers a greater epoch each time, where to read from, and behind which record', async () => {
    const keys = keysOf();
    expect([await claim(keys), await claim(keys)]).toEqual([
      [1, '', ''],
      [2, '', ''],
    ]);
    await apply(keys, [2, 0, 4], { mark: '3:77' });
    expect(await claim(keys)).toEqual([3, '4', '3:77']);
  });

  test('apply.lua counts, merges, moves the offset and lets everything expire', async () => {
    const keys = keysOf();
    await claim(keys);
    expect(await apply(keys, [1, 0, 4])).toEqual(['applied']);
    expect(await apply(keys, [1, 4, 8], { limit: 2 })).toEqual(['applied']);
    const [state = '', touched = '', samples = '', announced = '', , , , ...windows] = keys;
    const [second = '', sketch = '', tally = ''] = windows;
    expect(await redis.exists(announced)).toBe(0);
    const { seq = '', ...place } = await redis.hgetall(state);
    expect(place).toEqual({ epoch: '1', next: '8', watermark: '7500' });
    expect(await redis.zrevrange(touched, 0, -1, 'WITHSCORES')).toEqual([
      't|s@0',
      seq,
      'd|s@0',
      seq,
      'b|7',
      seq,
    ]);
    expect(await redis.hgetall(samples)).toEqual({ alpha: 'Bonjour' });
    expect(await redis.hgetall(second)).toEqual({ s: '6' });
    expect(await redis.call('BITFIELD', sketch, 'GET', 'u8', '#5', 'GET', 'u8', '#4095')).toEqual([2, 9]);
    expect(await redis.zrevrange(tally, 0, -1, 'WITHSCORES')).toEqual(['p1', '4', 'p2', '2']);
    for (const key of [state, touched, samples, second, sketch, tally])
      expect([key, (await redis.ttl(key)) > 0]).toEqual([key, true]);
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
    await apply(keys, [1, 0, 4], { limit: 1 });
    expect([await redis.zcard(keys[9] ?? ''), await redis.get(keys[10] ?? '')]).toEqual([1, '1']);
  });

  test('apply.lua keeps the latest announcement of a campaign, not those long over, and of too many the last to end', async () => {
    const keys = keysOf();
    const known = async () =>
      Object.values(await redis.hgetall(keys[3] ?? '')).map((json) => {
        const { id, at } = JSON.parse(json) as { id: string; at: number };
        return `${id} ${at}`;
      });
    await claim(keys);
    // The watermark is 7 500, and a campaign is known for 2 000 after its end.
    await apply(keys, [1, 0, 1], {
      announced: [...campaign('a', 5, 5_500), ...campaign('a', 4, 9_000), ...campaign('b', 1, 5_499)],
    });
    expect(await known()).toEqual(['a 5']);
    await apply(keys, [1, 1, 2], { announced: [...campaign('c', 1, 8_000), ...campaign('d', 1, 9_000)] });
    expect((await known()).sort()).toEqual(['c 1', 'd 1']);
    await apply(keys, [1, 0, 2], { announced: campaign('c', 9, 9_000) });
    expect((await known()).sort()).toEqual(['c 1', 'd 1']);
  });

  test('apply.lua knows who opted out, and who of them waits to be taken off; of too many the last', async () => {
    const keys = keysOf();
    const [state = '', , , , withdrawn = '', asked = ''] = keys;
    await claim(keys);
    await apply(keys, [1, 0, 1], {
      withdrawn: ['p1', 1_700_000_000_001, 'alpha', 'p2', 1_700_000_000_002, ''],
    });
    expect(await redis.zrange(withdrawn, '0', '-1', 'WITHSCORES')).toEqual([
      'p1',
      '1700000000001',
      'p2',
      '1700000000002',
    ]);
    expect(await redis.hgetall(asked)).toEqual({ p1: 'alpha' });
    for (const key of [withdrawn, asked]) expect(await redis.ttl(key)).toBe(await redis.ttl(state));
    await apply(keys, [1, 1, 2], { withdrawn: ['p3', 1_700_000_000_003, 'beta'] });
    expect(await redis.zrange(withdrawn, '0', '-1')).toEqual(['p2', 'p3']);
    expect(await redis.hgetall(asked)).toEqual({ p3: 'beta' });
    await apply(keys, [1, 2, 3], { withdrawn: ['p3', 1_700_000_000_003, ''] });
    expect(await redis.exists(asked)).toBe(0);
  });

  test('apply.lua moves who opts in or out from the one to the other; of too many who opted in the last', async () => {
    const keys = keysOf();
    const [state = '', , , , withdrawn = '', asked = '', returned = ''] = keys;
    await claim(keys);
    await apply(keys, [1, 0, 1], {
      withdrawn: ['p1', 1_700_000_000_001, 'alpha'],
      returned: ['p2', 1_700_000_000_009],
    });
    expect(await redis.ttl(returned)).toBe(await redis.ttl(state));
    await apply(keys, [1, 1, 2], {
      withdrawn: ['p2', 8, ''],
      returned: ['p1', 1_700_000_000_002, 'p3', 3, 'p4', 1_700_000_000_004],
    });
    expect(await redis.zrange(withdrawn, '0', '-1')).toEqual(['p2']);
    expect(await redis.exists(asked)).toBe(0);
    expect(await redis.zrange(returned, '0', '-1', 'WITHSCORES')).toEqual([
      'p1',
      '1700000000002',
      'p4',
      '1700000000004',
    ]);
  });

  test('what announced a campaign far off is still there when it begins, whatever is claimed or counted in between', async () => {
    const keys = keysOf();
    const [state = '', , , announced = ''] = keys;
    await claim(keys);
    const inAnHour = 7_500 + 3_600_000;
    await apply(keys, [1, 0, 1], { announced: campaign('a', 1, inAnHour) });
    await apply(keys, [1, 1, 2]);
    await claim(keys);
    for (const key of [state, announced]) expect(await redis.ttl(key)).toBeGreaterThan(3_590);
  });
});
