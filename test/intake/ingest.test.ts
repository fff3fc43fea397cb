import { expect, it } from 'vitest';
import { duration, type Ms, ms } from '../../src/events/event.ts';
import { EVENING, rawRecords, sent } from '../support/events.ts';
import { createIntake } from '../support/offset-store.ts';

const batch = (records: ReturnType<typeof rawRecords>, epoch = 1) => {
  const from = records[0]?.offset ?? 0;
  return { partition: 'p', epoch, from, next: from + records.length, records };
};

it('hands the good to the fold with the reasons of the bad, and tells of the batch once', async () => {
  const intake = createIntake();
  const records = rawRecords([sent({ id: 'a' }), 'x', 'y', null, sent({ id: 'b' })]);
  expect(await intake.ingest(batch(records))).toMatchObject({ kind: 'applied', next: 5 });
  expect(intake.folds[0]?.events.map(({ offset }) => offset)).toEqual([0, 4]);
  expect([...(intake.folds[0]?.rejected ?? [])]).toEqual([
    ['not_json', 2],
    ['empty', 1],
  ]);
  expect(intake.batches).toMatchObject([{ events: [{ id: 'a' }, { id: 'b' }], rejected: 3 }]);
});

it('makes dead letters durable before the offset moves, and does not move it when it cannot', async () => {
  const order: string[] = [];
  const failing = createIntake({ deadLetters: { put: () => Promise.reject(new Error('disk full')) } });
  await expect(failing.ingest(batch(rawRecords(['x'])))).rejects.toThrow('disk full');
  expect(failing.store.next()).toBe(0);

  const intake = createIntake({
    deadLetters: {
      put: async () => {
        order.push(`put at ${intake.store.next()}`);
      },
    },
  });
  await intake.ingest(batch(rawRecords(['x'])));
  expect(order).toEqual(['put at 0']);
});

it('cuts off what the store has counted, and folds again', async () => {
  const intake = createIntake({ start: 2 });
  const records = rawRecords([sent({ id: 'a' }), 'x', sent({ id: 'b' }), 'y']);
  expect(await intake.ingest(batch(records))).toMatchObject({ kind: 'applied', next: 4 });
  expect(intake.folds.at(-1)).toMatchObject({ from: 2, next: 4, events: [{ event: { id: 'b' } }] });
  expect(intake.batches).toMatchObject([{ events: [{ id: 'b' }], rejected: 1 }]);
});

it('hands every other answer back to the source, and tells of no batch', async () => {
  const intake = createIntake({ start: 2 });
  expect(await intake.ingest(batch(rawRecords([sent()], 0)))).toEqual({ kind: 'redelivered', next: 2 });
  expect(await intake.ingest(batch(rawRecords([sent()], 5)))).toEqual({ kind: 'gap', next: 2 });
  await intake.store.claim();
  expect(await intake.ingest(batch(rawRecords([sent()], 2), 0))).toEqual({ kind: 'fenced', epoch: 1 });
  expect(intake.batches).toEqual([]);
});

it('passes the idle partition’s instant on, without telling of a batch', async () => {
  const intake = createIntake();
  await intake.ingest({ partition: 'p', epoch: 1, from: 0, next: 0, records: [], idleUntil: EVENING });
  expect(intake.folds[0]).toMatchObject({ idleUntil: EVENING, events: [] });
  expect(intake.batches).toEqual([]);
});

it('refuses the far future by the clock, save in a replay, which has none', async () => {
  const future = rawRecords([sent({ at: EVENING + 3_600_000 })]);
  const live = createIntake({ maxAhead: duration(60_000) });
  await live.ingest(batch(future));
  expect(live.letters).toMatchObject([{ reason: 'in_the_future', offset: 0, partition: 'p' }]);
  const replay = createIntake();
  await replay.ingest(batch(future));
  expect(replay.letters).toEqual([]);
});

it('counts up to where it may, with the bad before that, and goes on from there', async () => {
  const intake = createIntake();
  const records = rawRecords([
    sent({ id: 'a' }),
    'x',
    sent({ id: 'b', at: EVENING + 60_000 }),
    sent({ id: 'late', at: EVENING }),
  ]);
  const asked: Ms[] = [];
  const upTo = (first: Ms) => {
    asked.push(first);
    return ms(first + 59_999);
  };
  const whole = { ...batch(records), upTo };
  expect(await intake.ingest(whole)).toMatchObject({ kind: 'applied', next: 2 });
  expect(intake.letters).toHaveLength(1);
  const rest = { ...whole, from: 2, records: records.slice(2) };
  expect(await intake.ingest(rest)).toMatchObject({ kind: 'applied', next: 4 });
  expect(asked).toEqual([EVENING, EVENING + 60_000]);
  expect(intake.batches).toMatchObject([
    { events: [{ id: 'a' }], rejected: 1 },
    { events: [{ id: 'b' }, { id: 'late' }], rejected: 0 },
  ]);
});

it('counts nothing of what is too early, and says of when it is', async () => {
  const intake = createIntake();
  const early = { ...batch(rawRecords([sent()])), upTo: () => undefined };
  expect(await intake.ingest(early)).toEqual({ kind: 'early', first: EVENING });
  expect(intake.folds).toEqual([]);
  expect(intake.store.next()).toBe(0);
});
