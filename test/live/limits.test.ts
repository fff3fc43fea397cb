import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { createAddressOf } from '../../src/live/address.ts';
import { createLimit } from '../../src/live/limits.ts';

test('a minute’s worth at once, then one at a time as it fills', () => {
  const limit = createLimit(10);
  const taken = Array.from({ length: 11 }, () => limit.take('a', ms(0)));
  expect(taken).toEqual([...Array(10).fill(0), 6]);
  expect(limit.wait('a', ms(5_999))).toBe(1);
  expect(limit.wait('a', ms(6_000))).toBe(0);
  expect(limit.take('b', ms(0))).toBe(0);
  expect([limit.take('a', ms(6_000)), limit.take('a', ms(6_000))]).toEqual([0, 6]);
});

test('being refused costs nothing more, and a clock that steps back gives nothing', () => {
  const limit = createLimit(1);
  limit.take('a', ms(60_000));
  for (let n = 0; n < 100; n++) expect(limit.take('a', ms(60_000))).toBe(60);
  expect(limit.take('a', ms(0))).toBe(60);
});

test('no more are remembered than may be, and whoever comes stays remembered', () => {
  const limit = createLimit(1, 3);
  limit.take('steady', ms(0));
  for (let n = 0; n < 1_000; n++) {
    limit.take(`passing ${n}`, ms(0));
    expect(limit.take('steady', ms(0))).toBeGreaterThan(0);
  }
  expect(limit.take('passing 5', ms(0))).toBe(0);
});

test('in any minute at most twice as many pass, and over long no more than the rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 300 }),
      (perMinute, gaps) => {
        const limit = createLimit(perMinute);
        let now = 0;
        const passed = gaps.flatMap((gap) => {
          now += gap;
          return limit.take('a', ms(now)) === 0 ? [now] : [];
        });
        for (const [index, at] of passed.entries()) {
          const within = passed.slice(index).filter((other) => other - at < 60_000).length;
          expect(within).toBeLessThanOrEqual(2 * perMinute);
        }
        expect(passed.length).toBeLessThanOrEqual(perMinute * (1 + now / 60_000) + 1e-6);
      },
    ),
  );
});

test.each([
  ['nobody between', [], '203.0.113.9', undefined, '203.0.113.9'],
  ['a stranger’s word', [], '203.0.113.9', '198.51.100.1', '203.0.113.9'],
  ['our proxy’s word', ['127.0.0.1'], '127.0.0.1', '198.51.100.1', '198.51.100.1'],
  ['what was written before it', ['127.0.0.1'], '127.0.0.1', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
  ['two proxies', ['127.0.0.1', '10.0.0.0/8'], '::ffff:127.0.0.1', '2001:db8::1, 10.2.3.4', '2001:db8::1'],
  ['proxies all the way', ['10.0.0.0/8'], '10.0.0.1', '10.0.0.2', '10.0.0.2'],
  ['a proxy that says nothing, or nonsense', ['::1'], '::1', ', <script>', '::1'],
] as const)('where a request comes from: %s', (_name, proxies, remote, forwarded, address) => {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  expect(createAddressOf(proxies)(remote, headers)).toBe(address);
});
