import { expect, test } from 'vitest';
import { feedOf, SCANNED_FEEDS } from '../../src/windows/feeds.ts';
import { type Metric, seriesKey } from '../../src/windows/series.ts';

const of = (metric: Metric) => feedOf(seriesKey({ metric, provider: 'alpha' }));

test('what is judged together is one feed, and what comes by itself is another', () => {
  expect(of('delivered')).toBe(of('failed'));
  expect(new Set([of('received'), of('opted_out'), of('opted_in')]).size).toBe(1);
  expect(new Set((['submitted', 'sent', 'delivered', 'received', 'usage'] as const).map(of)).size).toBe(5);
});

test('bursts are scanned for in what was submitted and in what was sent', () => {
  expect([of('submitted'), of('sent')].every((feed) => (feed & SCANNED_FEEDS) === feed)).toBe(true);
  expect(of('delivered') & SCANNED_FEEDS).toBe(0);
});

test('a submission that is found after its message only explains it', () => {
  expect(feedOf(seriesKey({ metric: 'sent', provider: 'alpha', submission: 'late' }))).toBe(0);
  expect(feedOf(seriesKey({ metric: 'sent', provider: 'alpha', submission: 'none' }))).toBe(of('sent'));
});
