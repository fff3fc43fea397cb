/** A partition that is ahead of the evaluation: what is counted of it, and when it lets others have its turn. */
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { duration, type Ms, ms } from '../../src/events/event.ts';
import { createPartition } from '../../src/intake/kafka-partition.ts';
import type { Pace } from '../../src/intake/pace.ts';
import { createProblems } from '../../src/intake/problems.ts';
import type { Accept } from '../../src/intake/source.ts';

const pulse = { running: () => true, beat: async () => {} };

/** Records that are nothing but their times; one batch of them is counted up to where it may. */
const setUp = async (pace: Pace) => {
  const counted: number[] = [];
  const accept: Accept = async ({ records, next, upTo }) => {
    const times = records.map(({ value }) => ms(Number(value)));
    const [first] = times;
    if (first === undefined) return { kind: 'applied', next, newest: ms(0) };
    const limit = upTo?.(first);
    if (limit === undefined) return { kind: 'early', first };
    const beyond = times.findIndex((at) => at > limit);
    const taken = beyond < 0 ? times : times.slice(0, beyond);
    counted.push(...taken);
    return { kind: 'applied', next: records[beyond]?.offset ?? next, newest: taken.at(-1) ?? ms(0) };
  };
  const partition = createPartition({
    id: 'kafka:events:0',
    from: 'earliest',
    isKnown: async () => true,
    claim: async () => ({ epoch: 1, next: 0 }),
    accept,
    pace,
    clock: () => ms(0),
    lateness: duration(2_000),
    problems: createProblems(pino({ level: 'silent' })),
  });
  await partition.open({ low: 0, high: 4 });
  const take = (times: readonly number[], from = 0) => {
    const records = times.map((at, n) => ({ offset: from + n, value: Buffer.from(String(at)) }));
    return partition.take({ from, next: from + times.length, records }, pulse);
  };
  return { partition, take, counted };
};

it('counts what it may, stands there, and is read again from there', async () => {
  let upTo: Ms | undefined = ms(10);
  const asked: Parameters<Pace>[0][] = [];
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
