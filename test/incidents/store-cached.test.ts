import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { KEPT_RESOLVED } from '../../src/incidents/lifecycle.ts';
import { remembering } from '../../src/incidents/store-cached.ts';
import { incident } from './build.ts';

/** A store that can lose everything. */
const setUp = () => {
  const kept = new Map<string, Incident>();
  const store = remembering(
    {
      load: async () => [...kept.values()],
      save: async (incidents) => {
        for (const one of incidents)
          if (one.revision >= (kept.get(one.id)?.revision ?? 0)) kept.set(one.id, one);
      },
      record: async () => {},
      actions: async () => [],
      close: async () => {},
    },
    pino({ level: 'silent' }),
  );
  return { kept, store };
};

test('what the store has lost is written again, as it was last known to be there', async () => {
  const { kept, store } = setUp();
  const [own, read] = [incident({ id: 'own', revision: 2 }), incident({ id: 'read' })];
  kept.set('read', read);
  await store.load();
  await store.save([own]);
  kept.clear();

  expect((await store.load()).map(({ id }) => id).sort()).toEqual(['own', 'read']);
  expect([...kept.keys()].sort()).toEqual(['own', 'read']);
});

test('what another instance has written since the loss holds', async () => {
  const { kept, store } = setUp();
  await store.save([incident({ revision: 2 })]);
  kept.clear();
  const newer = incident({ revision: 3, status: 'acknowledged' });
  kept.set(newer.id, newer);

  expect(await store.load()).toEqual([newer]);
});

test('what could not be saved is not known to be there, and what is over for a day does not come back', async () => {
  const { kept, store } = setUp();
  const { lastSeenAt } = incident();
  const over = incident({ id: 'over', status: 'resolved', resolvedAt: lastSeenAt });
  await store.save([over]);
  kept.clear();
  const newest = incident({
    id: 'new',
    lastSeenAt: (lastSeenAt + KEPT_RESOLVED + 1_000) as Incident['lastSeenAt'],
  });
  kept.set('new', newest);

  expect((await store.load()).map(({ id }) => id)).toEqual(['new']);
});
