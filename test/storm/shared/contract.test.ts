/** The stores of the simulation keep what every adapter must, with the fences that those in Redis have. */
import { describe, expect, test } from 'vitest';
import { Fenced } from '../../../src/cluster/lease.ts';
import { ms } from '../../../src/events/event.ts';
import { createLocalGate, OPEN } from '../../../src/respond/gate/memory.ts';
import { gateContract } from '../../contract/gate.ts';
import { incidentStoreContract } from '../../contract/incidents.ts';
import { draft, journalContract } from '../../contract/journal.ts';
import { outboxContract } from '../../contract/outbox.ts';
import { incident } from '../../incidents/build.ts';
import { createSharedBoard } from './board.ts';
import { createSharedCheckpoint } from './checkpoint.ts';
import { createSharedIncidents } from './incidents.ts';
import { createSharedJournal } from './journal.ts';
import { createSharedLease } from './lease.ts';
import { createSharedOutbox } from './outbox.ts';

const now = () => ms(Date.now());

describe('incidents that several machines share', () => {
  incidentStoreContract(async () => {
    const store = createSharedIncidents();
    return async () => store;
  });

  test('are saved no more by who held the lease before', async () => {
    const store = createSharedIncidents();
    await store.save([incident()], 1);
    await store.save([], 2);
    await expect(store.save([incident({ revision: 9 })], 1)).rejects.toThrow(Fenced);
    expect(await store.load()).toEqual([incident()]);
  });
});

describe('a journal that several machines share', () => {
  journalContract(async () => {
    const journal = createSharedJournal();
    return async () => journal;
  });

  test('answers that it took nothing from who held the lease before', async () => {
    const journal = createSharedJournal();
    await journal.append([], 2);
    expect(await journal.append([draft('thawed')], 1)).toBe('fenced');
    expect(journal.entries()).toEqual([]);
  });
});

describe('a gate that several machines share', () => {
  gateContract(async () => {
    const gate = createLocalGate(OPEN, async () => {});
    return async () => gate;
  });
});

outboxContract('an outbox that several machines share', async (replyLimit) => {
  const outbox = createSharedOutbox(now, { replyLimit });
  return { open: async () => outbox };
});

test('an outbox takes nothing more from who held the lease before', async () => {
  const outbox = createSharedOutbox(now);
  const notice = { incident: 'alpha-1', kind: 'reply', text: 'a', severity: 'warning' } as const;
  await outbox.put([notice], 1);
  await outbox.put([], 2);
  await expect(outbox.put([notice], 1)).rejects.toThrow(Fenced);
  expect(await outbox.size()).toBe(1);
});

test('a checkpoint is what was saved last under the newest token, with all that was learned', async () => {
  const checkpoint = createSharedCheckpoint();
  expect(await checkpoint.load()).toBeUndefined();
  await checkpoint.save({ detected: 7, sealed: 5, learned: { a: '1', b: '1' } }, 1);
  await checkpoint.load(2);
  await checkpoint.save({ detected: 9, sealed: 8, learned: { a: '2', b: '' } }, 2);
  await expect(checkpoint.save({ detected: 8, sealed: 6, learned: {} }, 1)).rejects.toThrow(Fenced);
  expect(await checkpoint.load()).toEqual({ detected: 9, sealed: 8, learned: { a: '2' } });
});

test('a lease is one machine’s until it lets go or renews it no more, each time under a higher token', async () => {
  let at = 1_000;
  const shared = createSharedLease(() => ms(at));
  const [a, b] = [shared.of('a'), shared.of('b')];
  expect([await a.hold(), await b.hold()]).toEqual([1, null]);
  at += a.length - 1;
  expect([await a.hold(), await b.hold()]).toEqual([1, null]);
  at += a.length;
  expect([await b.hold(), await a.hold()]).toEqual([2, null]);
  await a.release();
  expect(await a.hold()).toBeNull();
  await b.release();
  expect(await a.hold()).toBe(3);
});

test('a board shows what a machine has put up until it has been silent for ten seconds', async () => {
  let at = 1_000;
  const open = createSharedBoard(() => ms(at));
  const lag = { cause: 'lag', says: 'records wait' } as const;
  await open('a').share([lag]);
  expect(await open('b').share([])).toEqual([lag]);
  at += 10_001;
  expect(await open('b').share([])).toEqual([]);
});
