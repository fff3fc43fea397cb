/** A partition that is ahead of the evaluation: what is counted of it, and when it lets others have its turn. */
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { duration, type Ms, ms } from '../../../src/events/event.ts';
import type { Backpressure } from '../../../src/intake/backpressure.ts';
import { fingerprintOfLast } from '../../../src/intake/kafka/fingerprint.ts';
import { createPartition } from '../../../src/intake/kafka/partition.ts';
import { createProblems } from '../../../src/intake/problems.ts';
import type { Ingest } from '../../../src/intake/source.ts';
import type { Claim } from '../../../src/windows/store/store.ts';

const pulse = { running: () => true, beat: async () => {} };

/** Records that are nothing but their times; one batch of them is counted up to where it may. */
const setUp = async (
  backpressure: Backpressure,
  claimed: Claim = { epoch: 1, next: 0 },
  extent = { low: 0, high: 4 },
) => {
  const counted: number[] = [];
  const ingest: Ingest = async ({ records, next, upTo }) => {
    const times = records.map(({ value }) => ms(Number(value)));
    const [first] = times;
    if (first === undefined) return { kind: 'applied', next, newest: ms(0) };
    const limit = upTo?.(first);
    if (limit === undefined) return { kind: 'early', first };
    const beyond = times.findIndex((at) => at > limit);
    const taken = beyond < 0 ? times : times.slice(0, beyond);
    counted.push(...taken);
    const end = records[beyond]?.offset ?? next;
    return {
      kind: 'applied',
      next: end,
      newest: taken.at(-1) ?? ms(0),
      fingerprint: fingerprintOfLast(records, end),
    };
  };
  const problems = createProblems(pino({ level: 'silent' }));
  const partition = createPartition({
    id: 'kafka:events:0',
    from: 'earliest',
    isKnown: async () => true,
    claim: async () => claimed,
    ingest,
    backpressure,
    clock: () => ms(0),
    lateness: duration(2_000),
    problems,
  });
  await partition.open(extent);
  const take = (times: readonly number[], from = 0) => {
    const records = times.map((at, n) => ({ offset: from + n, value: Buffer.from(String(at)) }));
    return partition.take({ from, next: from + times.length, records }, pulse);
  };
  return { partition, take, counted, problems };
};

it('counts what it may, stands there, and is read again from there', async () => {
  let upTo: Ms | undefined = ms(10);
  const asked: Parameters<Backpressure>[0][] = [];
  const { partition, take, counted } = await setUp((of) => {
    asked.push(of);
    return upTo !== undefined && of.first <= upTo ? upTo : undefined;
  });
  expect(await take([1, 10, 11, 12])).toBe('early');
  expect(counted).toEqual([1, 10]);
  expect([partition.read(), partition.position()]).toEqual([2, 2]);
  expect(asked[0]).toEqual({ newest: 0, first: 1 });
  expect(asked.at(-1)).toEqual({ newest: 10, first: 11 });

  upTo = ms(20);
  expect(await take([11, 12], 2)).toBe('advanced');
  expect(counted).toEqual([1, 10, 11, 12]);
  expect(partition.position()).toBe(4);
});

it('keeps its turn when the evaluation comes closer meanwhile', async () => {
  let asked = 0;
  const { take, counted } = await setUp(({ first }) => {
    asked += 1;
    return first < 10 ? ms(9) : asked > 4 ? ms(20) : undefined;
  });
  expect(await take([1, 10])).toBe('advanced');
  expect(counted).toEqual([1, 10]);
});

it('is told to stop while it waits', async () => {
  const { partition } = await setUp(() => undefined);
  const records = [{ offset: 0, value: Buffer.from('1') }];
  const stopping = { running: () => false, beat: async () => {} };
  expect(await partition.take({ from: 0, next: 1, records }, stopping)).toBe('stopped');
});

const always: Backpressure = () => ms(Number.POSITIVE_INFINITY);
/** Counted up to and with offset 2, whose record was `at`. */
const claimedBehind = (at: number): Claim => {
  const fingerprint = fingerprintOfLast([{ offset: 2, value: Buffer.from(String(at)) }], 3);
  return { epoch: 2, next: 3, ...(fingerprint ? { fingerprint } : {}) };
};

it('reads again the last record that was counted, finds it, and counts on behind it', async () => {
  const { partition, take, counted } = await setUp(always, claimedBehind(12), { low: 0, high: 5 });
  expect([partition.read(), partition.position()]).toEqual([2, 3]);
  expect(await take([12, 13, 14], 2)).toBe('advanced');
  expect(counted).toEqual([13, 14]);
  expect([partition.read(), partition.position()]).toEqual([5, 5]);
});

it('has read all when there is nothing behind it', async () => {
  const { partition, take, counted } = await setUp(always, claimedBehind(12), { low: 0, high: 3 });
  expect(await take([12], 2)).toBe('advanced');
  expect(counted).toEqual([]);
  expect([partition.read(), partition.position()]).toEqual([3, 3]);
});

it('says so where another record stands in its place, and goes on', async () => {
  const { take, counted, problems } = await setUp(always, claimedBehind(12), { low: 0, high: 9 });
  expect(await take([22, 23, 24], 2)).toBe('advanced');
  expect(counted).toEqual([23, 24]);
  expect(problems.found()).toEqual([
    { about: 'log', text: expect.stringContaining('before 3 is not counted') },
  ]);
});

it('looks for it again when the log became shorter than it was', async () => {
  const { partition, take, counted, problems } = await setUp(
    always,
    { epoch: 1, next: 0 },
    { low: 0, high: 9 },
  );
  expect(partition.fit({ low: 0, high: 9 })).toBe('within');
  await take([1, 2, 3, 4]);
  expect(partition.fit({ low: 0, high: 8 })).toBe('moved');
  expect([partition.read(), partition.position()]).toEqual([3, 4]);
  expect(await take([4, 5], 3)).toBe('advanced');
  expect(partition.fit({ low: 0, high: 2 })).toBe('ahead');
  expect(partition.fit({ low: 0, high: 20 })).toBe('within');
  expect(await take([6, 7], 4)).toBe('advanced');
  expect(counted).toEqual([1, 2, 3, 4, 5, 7]);
  expect(problems.found()).toHaveLength(1);
});

it.each([
  ['compacted away', { low: 0, high: 9 }, 6],
  ['deleted', { low: 3, high: 9 }, 3],
])('goes on when it is gone: %s', async (_why, extent, from) => {
  const { partition, counted } = await setUp(always, claimedBehind(12), extent);
  expect(['within', 'moved']).toContain(partition.fit(extent));
  const records = [{ offset: from, value: Buffer.from('23') }];
  expect(await partition.take({ from: partition.read(), next: 9, records }, pulse)).toBe('advanced');
  expect(counted).toEqual([23]);
});

it('is ahead of a log that ends before it', async () => {
  const extent = { low: 0, high: 1 };
  const { partition } = await setUp(always, claimedBehind(12), extent);
  expect(partition.fit(extent)).toBe('ahead');
});
