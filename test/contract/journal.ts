/** What every journal must do. `open` answers a journal on the same data each time it is called in one test. */
import { expect, test } from 'vitest';
import { ms } from '../../src/events/event.ts';
import {
  entryOf,
  type Journal,
  type JournalDraft,
  verify,
  verifyEnd,
} from '../../src/incidents/audit/log.ts';

export const draft = (cause: string, over: Partial<JournalDraft> = {}): JournalDraft => ({
  at: ms(1_793_214_004_000),
  incident: 'alpha-20261028T190004Z',
  kind: 'updated',
  cause,
  by: 'detection',
  ...over,
});

export const causes = async (journal: Journal, after = 0, limit = 10_000): Promise<string[]> =>
  (await journal.read(after, limit)).map((line) => entryOf(line)?.cause ?? 'no entry');

/** The whole of it followed, and its end held against the head. */
export const verified = async (journal: Journal) =>
  verifyEnd(verify(await journal.read(0, 1_000_000)), await journal.head());

export const journalContract = (fresh: () => Promise<() => Promise<Journal>>): void => {
  test('entries are read in the order they were written, page by page, and outlive the process', async () => {
    const open = await fresh();
    const journal = await open();
    await journal.append([
      draft('one', { from: null, to: 'open', evidence: { count: 3, of: ['é'] } }),
      draft('two'),
    ]);
    await journal.append([draft('three', { incident: null, kind: 'hands_off', by: 'ana' })]);
    await journal.close();

    const again = await open();

    expect(await causes(again)).toEqual(['one', 'two', 'three']);
    expect([await causes(again, 1, 1), await causes(again, 3)]).toEqual([['two'], []]);
    expect(await verified(again)).toMatchObject({ ok: true, entries: 3, head: { seq: 3 } });
  });

  test('an empty one is whole', async () => {
    expect(await verified(await (await fresh())())).toEqual({
      ok: true,
      entries: 0,
      head: { seq: 0, hash: '' },
    });
  });

  test('a revision is written once, however often it is tried and by whom', async () => {
    const open = await fresh();
    const journal = await open();
    await journal.append([draft('one', { revision: 1 }), draft('two', { revision: 2 })]);
    await journal.append([draft('two again', { revision: 2 }), draft('three', { revision: 3 })]);
    await journal.append([draft('beta', { incident: 'beta-1', revision: 1 }), draft('an action')]);
    await journal.close();
    const next = await open();
    await next.append([draft('three again', { revision: 3 }), draft('an action')]);

    expect(await causes(next)).toEqual(['one', 'two', 'three', 'beta', 'an action', 'an action']);
  });

  test('who held the lease before writes nothing more; what needs no lease is written all the same', async () => {
    const journal = await (await fresh())();

    expect(await journal.append([draft('old')], 1)).toBe('written');
    expect(await journal.append([draft('new')], 2)).toBe('written');
    expect(await journal.append([draft('frozen')], 1)).toBe('fenced');
    expect(await journal.append([draft('by hand')])).toBe('written');
    expect(await journal.append([], 3)).toBe('written');
    expect(await journal.append([draft('thawed')], 2)).toBe('fenced');
    expect(await causes(journal)).toEqual(['old', 'new', 'by hand']);
  });

  test('what is written at the same time is one chain', async () => {
    const journal = await (await fresh())();

    await Promise.all(Array.from({ length: 50 }, (_, n) => journal.append([draft(`${n}`), draft(`${n}`)])));

    expect(await verified(journal)).toMatchObject({ ok: true, entries: 100 });
  });
};
