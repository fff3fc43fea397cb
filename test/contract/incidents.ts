/** What every incident store must do. */
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { DAY } from '../../src/events/time.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import { action, incident, NIGHT, strong } from '../incidents/build.ts';

/** `open` answers a store on the same data each time it is called in one test. */
export const incidentStoreContract = (fresh: () => Promise<() => Promise<IncidentStore>>): void => {
  test('what was saved is there for the next process, whole', async () => {
    const open = await fresh();
    const store = await open();
    const latest = strong(NIGHT, 'burst');
    const full = incident({
      findings: [{ firstAt: ms(1), latest }],
      actions: [action()],
      sample: 'a ##',
      told: 7,
    });

    await store.save([full]);
    await store.close();

    expect(await (await open()).load()).toEqual([full]);
  });

  test('a lower revision changes nothing, the same one may move on', async () => {
    const store = await (await fresh())();
    await store.save([incident({ revision: 3 })]);

    await store.save([incident({ revision: 2, status: 'mitigated' })]);
    await store.save([incident({ revision: 3, lastSeenAt: ms(NIGHT * 1000 + 5_000) })]);

    expect(await store.load()).toEqual([incident({ revision: 3, lastSeenAt: ms(NIGHT * 1000 + 5_000) })]);
  });

  test('what was resolved more than a day before the newest is dropped, what is open never', async () => {
    const store = await (await fresh())();
    const at = NIGHT * 1000;
    const resolved = (id: string, resolvedAt: number) =>
      incident({ id, status: 'resolved', resolvedAt: ms(resolvedAt) });
    const open = incident({ id: 'open', openedAt: ms(at - 3 * DAY), lastSeenAt: ms(at - 3 * DAY) });

    await store.save([open, resolved('old', at - DAY - 1), resolved('recent', at - DAY)]);
    await store.save([incident({ id: 'new' })]);

    expect((await store.load()).map(({ id }) => id).sort()).toEqual(['new', 'open', 'recent']);
  });

  test('actions are listed newest first, and outlive the process', async () => {
    const open = await fresh();
    const store = await open();
    for (const reason of ['one', 'two', 'three']) await store.record(action({ reason }));
    await store.close();

    const again = await open();

    expect((await again.actions(2)).map(({ reason }) => reason)).toEqual(['three', 'two']);
    expect(await again.actions(0)).toEqual([]);
  });

  test('the newest thousand actions are kept', async () => {
    const open = await fresh();
    const store = await open();
    await Promise.all(Array.from({ length: 2_100 }, (_, n) => store.record(action({ reason: `${n}` }))));

    const kept = await (await open()).actions(5_000);

    expect(kept).toHaveLength(1_000);
    expect(kept[0]?.reason).toBe('2099');
  });
};
