/** What every outbox must do. `open` opens the same one again, as a restart would; `fresh` names a new one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftFrom, markOf, NAMES_KEPT } from '../../src/notify/outbox/limits.ts';
import type { Notice, Outbox, OutboxEntry } from '../../src/notify/outbox/outbox.ts';
import { until } from '../support/until.ts';

export interface OutboxUnderTest {
  open(): Promise<Outbox>;
}

const notice = (kind: Notice['kind'], text: string, incident = 'alpha-1'): Notice => ({
  incident,
  kind,
  text,
  severity: 'critical',
});
const thread = { channel: 'C1', ts: '1.0001' };

type Step =
  | { do: 'card' | 'reply'; incident: string }
  | { do: 'peek' | 'done' | 'restart' | 'late card'; incident: string };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom('card', 'reply', 'peek', 'done', 'restart', 'late card'),
    incident: fc.constantFrom('alpha-1', 'beta-1', 'gamma-1'),
  }) as fc.Arbitrary<Step>,
  { maxLength: 40 },
);

export const outboxContract = (
  name: string,
  fresh: (replyLimit?: number) => Promise<OutboxUnderTest>,
): void => {
  describe(name, () => {
    it('answers entries in the order they were put', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'one'), notice('reply', 'two')]);
      await outbox.put([notice('reply', 'three'), notice('card', 'four', 'beta-1')]);
      const entries = await outbox.peek(10);
      expect(entries.map((entry) => entry.text)).toEqual(['one', 'two', 'three', 'four']);
      expect(entries.map((entry) => entry.seq)).toEqual([1, 2, 3, 4]);
      expect(await outbox.peek(2)).toHaveLength(2);
      expect(await outbox.size()).toBe(4);
    });

    it('replaces a waiting card in place', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'old'), notice('reply', 'line')]);
      await outbox.put([notice('card', 'new')]);
      expect((await outbox.peek(10)).map((entry) => entry.text)).toEqual(['new', 'line']);
    });

    it('keeps a card that was replaced while it was being sent, and remembers the thread', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'old')]);
      const [sent] = await outbox.peek(1);
      await outbox.put([notice('card', 'new')]);
      await outbox.done(sent as OutboxEntry, thread);
      expect((await outbox.peek(10)).map((entry) => entry.text)).toEqual(['new']);
      expect(await outbox.thread('alpha-1')).toEqual(thread);
    });

    it('does not take a newer card of the same text for one that was taken already', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'same')]);
      const [sent] = await outbox.peek(1);
      await outbox.done(sent as OutboxEntry, thread);
      await outbox.put([notice('card', 'same')]);
      await outbox.done(sent as OutboxEntry, thread);
      expect(await outbox.size()).toBe(1);
    });

    it('knows whose message is there, and whose waits', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'card'), notice('reply', 'line', 'beta-1')]);
      expect([await outbox.has('alpha-1'), await outbox.has('beta-1')]).toEqual([true, false]);
      const [sent] = await outbox.peek(1);
      if (sent) await outbox.done(sent, thread);
      expect([await outbox.has('alpha-1'), await outbox.has('gamma-1')]).toEqual([true, false]);
    });

    it('knows no thread of an incident that was never delivered', async () => {
      expect(await (await (await fresh()).open()).thread('nobody-1')).toBeUndefined();
    });

    it('joins replies instead of growing once it is full, and sends no line of them twice', async () => {
      const outbox = await (await fresh(2)).open();
      await outbox.put([notice('card', 'card'), notice('reply', 'a')]);
      const sent = (await outbox.peek(10)).at(-1);
      await outbox.put([notice('reply', 'b'), notice('reply', 'c')]);
      expect((await outbox.peek(10)).map((entry) => entry.text)).toEqual(['card', 'a\nb\nc']);
      await outbox.done(sent as OutboxEntry, thread);
      expect((await outbox.peek(10)).map((entry) => entry.text)).toEqual(['card', 'b\nc']);
    });

    const named = (text: string, once: string, incident?: string): Notice => ({
      ...notice('reply', text, incident),
      once,
    });

    it('takes what has a name once, delivered or not, over a restart too', async () => {
      const place = await fresh();
      const before = await place.open();
      await before.put([notice('card', 'card'), named('a', 'alpha-1 2 paused')]);
      await before.put([
        notice('card', 'again'),
        named('a', 'alpha-1 2 paused'),
        named('b', 'alpha-1 3 paused'),
      ]);
      expect((await before.peek(10)).map((entry) => entry.text)).toEqual(['again', 'a', 'b']);
      expect((await before.peek(10)).every((entry) => !('once' in entry))).toBe(true);
      for (const entry of await before.peek(10)) await before.done(entry, thread);
      await before.close();
      const outbox = await place.open();
      // In another thread as well: a change is told in one.
      await outbox.put([named('a', 'alpha-1 2 paused', 'storm-alpha-1'), named('c', 'beta-1 2 paused')]);
      expect((await outbox.peek(10)).map((entry) => entry.text)).toEqual(['c']);
    });

    it('takes what has no name as often as it comes, and forgets all but the newest thousand names', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('reply', 'a'), notice('reply', 'a')]);
      const names = Array.from({ length: NAMES_KEPT }, (_, n) => named('x', `name ${n}`));
      await outbox.put([named('old', 'old'), ...names]);
      const size = await outbox.size();
      await outbox.put([named('x', 'name 0'), named('x', 'name 999'), named('old', 'old')]);
      expect([size, await outbox.size()]).toEqual([NAMES_KEPT + 3, NAMES_KEPT + 4]);
    });

    const HOUR = 3_600_000;
    const waiting = async (outbox: Outbox) => (await outbox.peek(10)).map((entry) => entry.text);

    it('keeps what comes with a card, and the newest of it', async () => {
      const place = await fresh();
      const outbox = await place.open();
      await outbox.put([{ ...notice('card', 'old'), offers: ['acknowledge', 'mute'] }]);
      await outbox.put([{ ...notice('card', 'new'), offers: ['mute'] }]);
      await outbox.close();
      expect((await (await place.open()).peek(1))[0]).toMatchObject({
        text: 'new',
        offers: ['mute'],
        seq: 1,
      });
    });

    it('holds back who is muted, and nobody else, over a restart too', async () => {
      const place = await fresh();
      const before = await place.open();
      await before.put([notice('reply', 'before')]);
      await before.mute('alpha-1', 'critical', HOUR);
      await before.close();
      const outbox = await place.open();
      await outbox.put([notice('card', 'card'), notice('reply', 'after'), notice('card', 'other', 'beta-1')]);
      expect(await waiting(outbox)).toEqual(['other']);
      expect(await outbox.size()).toBe(3);
      await outbox.mute('alpha-1', 'critical', 0);
      expect(await waiting(outbox)).toEqual(['before\nafter', 'card', 'other']);
    });

    it('calls nobody for who is muted, and keeps the call of a reply that is not', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([{ ...notice('reply', 'a'), mention: '<@U1>' }]);
      expect((await outbox.peek(1))[0]?.mention).toBe('<@U1>');
      await outbox.mute('beta-1', 'critical', HOUR);
      await outbox.put([{ ...notice('reply', 'b', 'beta-1'), mention: '<@U1>' }]);
      await outbox.mute('beta-1', 'critical', 0);
      expect((await outbox.peek(2)).map(({ mention }) => mention)).toEqual(['<@U1>', undefined]);
    });

    it('lets an answer pass a mute, which goes on', async () => {
      const outbox = await (await fresh()).open();
      await outbox.mute('alpha-1', 'warning', HOUR);
      await outbox.put([{ ...notice('reply', 'muted by ana'), severity: 'warning', mute: 'passes' }]);
      await outbox.put([{ ...notice('card', 'card'), severity: 'warning' }]);
      expect(await waiting(outbox)).toEqual(['muted by ana']);
    });

    it.each([
      ['a pause that failed', { mute: 'ends' } as const, 'critical' as const],
      ['a warning that became critical', {}, 'warning' as const],
    ])('ends a mute for %s', async (_what, more, muted) => {
      const outbox = await (await fresh()).open();
      await outbox.mute('alpha-1', muted, HOUR);
      await outbox.put([{ ...notice('reply', 'first'), severity: muted }]);
      expect(await waiting(outbox)).toEqual([]);
      await outbox.put([{ ...notice('reply', 'second'), ...more }]);
      expect(await waiting(outbox)).toEqual(['first', 'second']);
    });

    const taken = async (outbox: Outbox, channel = 'webhook') => {
      const [entry] = await outbox.peek(1);
      if (!entry) return;
      await outbox.took(entry, { channel, mark: markOf(entry), place: { channel: 'W', ts: '7', card: 'm' } });
    };
    const left = async (outbox: Outbox) =>
      (await outbox.peek(10)).map((entry) => leftFrom(entry, entry.taken?.webhook));

    it('knows what another channel has taken, keeps it for the first, and where it lives there', async () => {
      const place = await fresh();
      const before = await place.open();
      await before.put([notice('card', 'card'), notice('reply', 'line')]);
      await taken(before);
      await before.close();
      const outbox = await place.open();
      expect(await left(outbox)).toEqual([undefined, 'line']);
      expect(await outbox.places('alpha-1')).toEqual({ webhook: { channel: 'W', ts: '7', card: 'm' } });
      expect(await outbox.places('beta-1')).toEqual({});
      expect(await outbox.thread('alpha-1')).toBeUndefined();
      await outbox.put([notice('card', 'newer')]);
      expect(await left(outbox)).toEqual(['newer', 'line']);
    });

    it('tells what is joined to a reply that another channel has taken, and only that', async () => {
      const outbox = await (await fresh(1)).open();
      await outbox.put([notice('reply', 'é')]);
      const [sent] = await outbox.peek(1);
      await taken(outbox);
      await outbox.put([notice('reply', 'b')]);
      expect(await left(outbox)).toEqual(['b']);
      await taken(outbox);
      await outbox.put([notice('reply', 'c')]);
      if (sent) await outbox.done(sent, thread);
      expect((await outbox.peek(1))[0]?.text).toBe('b\nc');
      expect(await left(outbox)).toEqual(['c']);
    });

    it('keeps a copy for one channel beside the card, until that channel has taken its newest', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'card'), { ...notice('card', 'old'), only: 'webhook' }]);
      const copy = (await outbox.peek(10)).find(({ only }) => only);
      await outbox.put([{ ...notice('card', 'new'), only: 'webhook' }]);
      const by = { channel: 'webhook', mark: 'm' };
      if (copy) await outbox.took(copy, by);
      expect(await waiting(outbox)).toEqual(['card', 'new']);
      if (copy) await outbox.took({ ...copy, text: 'new' }, by);
      expect(await waiting(outbox)).toEqual(['card']);
    });

    it('says how long an entry has waited, a replaced card from its beginning, and turns its pages', async () => {
      const outbox = await (await fresh()).open();
      await outbox.put([notice('card', 'old'), notice('reply', 'a'), notice('reply', 'b')]);
      await until(async () => ((await outbox.peek(1))[0]?.waited ?? 0) >= 20, { every: 5 });
      await outbox.put([notice('card', 'new')]);
      expect((await outbox.peek(1))[0]).toMatchObject({ text: 'new' });
      expect((await outbox.peek(1))[0]?.waited).toBeGreaterThanOrEqual(20);
      expect((await outbox.peek(1, 1)).map(({ text }) => text)).toEqual(['a']);
      expect(await outbox.peek(5, 3)).toEqual([]);
    });

    it('delivers each reply once and in order, and the last card last, whatever comes between', async () => {
      await fc.assert(
        fc.asyncProperty(steps, (script) => deliversAll(fresh, script)),
        { numRuns: 60 },
      );
    });
  });
};

const deliversAll = async (fresh: () => Promise<OutboxUnderTest>, script: readonly Step[]): Promise<void> => {
  const place = await fresh();
  let outbox = await place.open();
  let inFlight: OutboxEntry | undefined;
  let count = 0;
  const put: Notice[] = [];
  const delivered: OutboxEntry[] = [];
  const add = async (kind: Notice['kind'], incident: string) => {
    count += 1;
    const one = notice(kind, `${kind} ${count} é`, incident);
    put.push(one);
    await outbox.put([one]);
  };
  const finish = async () => {
    if (!inFlight) return;
    await outbox.done(inFlight, thread);
    delivered.push(inFlight);
    inFlight = undefined;
  };
  const restart = async () => {
    await outbox.close();
    outbox = await place.open();
  };

  for (const { do: step, incident } of script) {
    if (step === 'card' || step === 'reply') await add(step, incident);
    if (step === 'peek') [inFlight] = await outbox.peek(1);
    if (step === 'late card' && inFlight) await add('card', inFlight.incident);
    if (step === 'done') await finish();
    if (step === 'restart') {
      inFlight = undefined;
      await restart();
    }
  }
  inFlight = undefined;
  while ((await outbox.size()) > 0) {
    [inFlight] = await outbox.peek(1);
    await finish();
  }
  await outbox.close();

  const texts = (from: readonly Notice[], kind: Notice['kind'], incident?: string) =>
    from
      .filter((one) => one.kind === kind && (!incident || one.incident === incident))
      .map((one) => one.text);
  expect(texts(delivered, 'reply')).toEqual(texts(put, 'reply'));
  for (const incident of new Set(put.map((one) => one.incident))) {
    expect(texts(delivered, 'card', incident).at(-1)).toBe(texts(put, 'card', incident).at(-1));
  }
};
