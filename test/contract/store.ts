/** What every window store must do, whatever it is made of. Run by store.test.ts on each adapter. */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type Address,
  type Duration,
  type MessageEvent,
  ms,
  type SmsEvent,
  secondOf,
} from '../../src/events/event.ts';
import { createConsents } from '../../src/fold/consents.ts';
import { createFold } from '../../src/fold/fold.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { quarterOf } from '../../src/windows/quarters.ts';
import { seriesKey } from '../../src/windows/series.ts';
import {
  ANNOUNCED_KEPT,
  ANNOUNCED_LIMIT,
  type ApplyResult,
  DISTINCT_SLOT,
  RETURNED_LIMIT,
  TALLY_LIMIT,
  TALLY_TOP,
  WITHDRAWN_LIMIT,
  type WindowChanges,
  type WindowStore,
} from '../../src/windows/store/store.ts';
import { announced, optedIn, optedOut, received } from '../support/events.ts';
import { until } from '../support/until.ts';

const START = Date.parse('2026-10-28T18:59:58Z');
const recipientKey = createRecipientKey('a key for the tests');
const newFold = (consents = createConsents()) =>
  createFold({
    consents,
    isQuiet: (_to, at, category) => (category === 'marketing' ? at >= START + 2_000 : undefined),
    categoryOf: (e) => e.category ?? 'marketing',
    recipientKey,
    maskText: (t) => t,
  });
type Log = readonly MessageEvent[];
/** A log that also has events of other types. */
type AnyLog = readonly SmsEvent[];

const message = (n: number, more: Partial<MessageEvent> = {}): MessageEvent => ({
  type: 'sent',
  id: `m${n}`,
  at: ms(START + n * 250),
  provider: 'alpha',
  to: `+3361234${String(n % 9).padStart(4, '0')}` as Address,
  category: 'marketing',
  order: `order of ${more.id ?? n}`,
  ...more,
});

/** Reads [from, next) of a log as a member with `epoch` would. */
const stretch = (
  log: AnyLog,
  place: { partition: string; epoch: number; from: number; next: number },
  fold = newFold(),
) =>
  fold({
    ...place,
    events: log.slice(place.from, place.next).map((event, index) => ({ offset: place.from + index, event })),
    rejected: new Map(),
  });

/** Offers a stretch the way intake does: cut where the store says and folded again. */
const offer = async (
  store: WindowStore,
  log: AnyLog,
  place: Parameters<typeof stretch>[1],
  fold = newFold(),
): Promise<ApplyResult> => {
  const result = await store.apply(stretch(log, place, fold));
  return result.kind === 'overlap' ? offer(store, log, { ...place, from: result.next }, fold) : result;
};

/** Everything a store holds, as plain data that can be compared. */
const plain = (changes: WindowChanges) => ({
  counts: sorted([...changes.counts].map(([at, counts]) => [String(at), sorted([...counts])])),
  distinct: sorted(
    [...changes.distinct].map(([slot, registers]) => [slot, Buffer.from(registers).toString('hex')]),
  ),
  tallies: sorted([...changes.tallies].map(([slot, tally]) => [slot, tally])),
  announced: sorted([...changes.announced]),
});
const sorted = <T>(entries: [string, T][]) => entries.sort(([a], [b]) => (a < b ? -1 : 1));

/** The plain count of a log, sum by sum, with none of the code under test. */
const countOf = (logs: Iterable<Log>): Map<string, number> => {
  const counts = new Map<string, number>();
  const add = (key: string, n = 1) => counts.set(key, (counts.get(key) ?? 0) + n);
  for (const log of logs) {
    const seen = new Set<string>();
    for (const { id, at, provider, type, category, campaign, to, from, error } of log) {
      const name = `${provider} ${type} ${id}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const second = Math.floor(at / 1000);
      add(`${second} ${type}{provider=${provider}}`);
      add(`${second} ${type}{provider=${provider},category=${category}}`);
      if (campaign) add(`${second} ${type}{provider=${provider},campaign=${campaign}}`);
      if (type === 'failed') add(`${second} failed{provider=${provider},error=${error ?? 'none'}}`);
      if (type !== 'sent' && type !== 'submitted') continue;
      add(`${second} ${type}{provider=${provider},country=${to.startsWith('+33') ? 'FR' : 'BE'}}`);
      if (from) add(`${second} ${type}{provider=${provider},sender=${from}}`);
      if (from === '36200' && category === 'marketing')
        add(`${second} ${type}{provider=${provider},code=36200}`);
      const quarter = quarterOf(at);
      if (quarter > 0) {
        add(`${second} ${type}{provider=${provider},part=quarters}`, quarter);
        if (category === 'marketing')
          add(`${second} ${type}{provider=${provider},category=marketing,part=quarters}`, quarter);
      }
      const quiet = category === 'marketing' && at >= START + 2_000;
      if (quiet) add(`${second} ${type}{provider=${provider},category=marketing,hours=quiet}`);
    }
  }
  return counts;
};
/** Without what had gone to the same person before: a new owner of a partition does not know of it. */
const withoutAgain = (changes: WindowChanges): WindowChanges => ({
  ...changes,
  counts: new Map(
    [...changes.counts].map(([at, counts]) => [
      at,
      new Map([...counts].filter(([series]) => !series.includes('part=again'))),
    ]),
  ),
});
const countsIn = (changes: WindowChanges): Map<string, number> =>
  new Map(
    [...changes.counts].flatMap(([at, counts]) => [...counts].map(([series, n]) => [`${at} ${series}`, n])),
  );

const events: fc.Arbitrary<MessageEvent[]> = fc
  .array(
    fc.record({
      n: fc.nat(30),
      jitter: fc.integer({ min: -3_000, max: 3_000 }),
      type: fc.constantFrom('sent' as const, 'submitted' as const, 'delivered' as const, 'failed' as const),
      provider: fc.constantFrom('alpha', 'beta'),
      category: fc.constantFrom('marketing' as const, 'otp' as const),
      campaign: fc.constantFrom(undefined, 'spring'),
      to: fc.constantFrom('+33612345678' as Address, '+32470123456' as Address),
      from: fc.constantFrom(undefined, 'SALON' as Address, '36200' as Address),
      error: fc.constantFrom(undefined, '30003'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((drafts) =>
    drafts.map(({ n, jitter, ...more }, index) =>
      message(n, { ...more, id: `m${index}`, at: ms(START + n * 250 + jitter) }),
    ),
  );

interface ConsentDraft {
  readonly type: 'sent' | 'received' | 'opted_out' | 'opted_in';
  readonly person: number;
  /** Since the one before, in ms. */
  readonly wait: number;
  readonly provider: 'alpha' | 'beta';
  readonly text: string;
}

const consentLog = (drafts: readonly ConsentDraft[]): SmsEvent[] => {
  let at = START;
  return drafts.map(({ type, person, wait, provider, text }, n): SmsEvent => {
    at += wait;
    const number = `+3361234000${person}`;
    if (type === 'received') return received({ id: `m${n}`, at, provider, from: number, text });
    if (type === 'opted_out') return optedOut({ id: `m${n}`, at, to: number });
    if (type === 'opted_in') return optedIn({ id: `m${n}`, at, to: number });
    return message(n, { at: ms(at), provider, to: number as Address });
  });
};

/** Marketing, answers and opt-outs of three people, in seconds; some late. Fewer in a log than ids are repeated. */
const consentEvents: fc.Arbitrary<SmsEvent[]> = fc
  .array(
    fc.record({
      type: fc.constantFrom('sent' as const, 'received' as const, 'opted_out' as const, 'opted_in' as const),
      person: fc.nat(2),
      wait: fc.integer({ min: -1_000, max: 2_500 }),
      provider: fc.constantFrom('alpha' as const, 'beta' as const),
      text: fc.constantFrom('STOP', 'Stop merci', 'START', 'OK'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map(consentLog);

/** A member is given a stretch that begins before what it took over: an opt-out in it is older than the asking. */
const takenOver = consentLog([
  { type: 'received', person: 1, wait: 0, provider: 'alpha', text: 'START' },
  { type: 'opted_out', person: 1, wait: -1, provider: 'alpha', text: '' },
  { type: 'received', person: 1, wait: 1, provider: 'alpha', text: 'STOP' },
  { type: 'opted_out', person: 1, wait: 0, provider: 'alpha', text: '' },
]);

/** What of a log is to be counted, told person by person, with none of the code under test. */
const consentsOf = (log: AnyLog, { grace, limit }: { grace: number; limit: number }) => {
  const counts = new Map<string, number>();
  const add = (at: number, key: string, n = 1) => {
    const name = `${Math.floor(at / 1000)} ${key}`;
    if (n > 0) counts.set(name, (counts.get(name) ?? 0) + n);
  };
  const out = new Map<string, { at: number; provider?: string }>();
  const back = new Map<string, number>();
  const optIn = (person: string, at: number) => {
    if (at < (out.get(person)?.at ?? -Infinity) || at < (back.get(person) ?? -Infinity)) return;
    out.delete(person);
    back.set(person, at);
  };
  const optOut = (person: string, one: { at: number; provider?: string }) => {
    if (out.has(person) || one.at < (back.get(person) ?? -Infinity)) return;
    back.delete(person);
    out.set(person, one);
  };
  for (const event of log) {
    for (const one of out.values()) {
      if (one.provider === undefined || event.at <= one.at + limit) continue;
      add(event.at, `received{provider=${one.provider},consent=unrecorded}`);
      one.provider = undefined;
    }
    const { at } = event;
    if (event.type === 'received') {
      const { provider, from = '' } = event;
      add(at, `received{provider=${provider}}`);
      add(at, `received{provider=${provider},code=36200}`);
      if (event.text === 'START') optIn(from, at);
      if (event.text === 'OK' || event.text === 'START') continue;
      add(at, `received{provider=${provider},consent=asked}`);
      add(at, `received{provider=${provider},consent=asked,code=36200}`);
      optOut(from, { at, provider });
    } else if (event.type === 'opted_in') {
      add(at, 'opted_in{}');
      optIn(event.to, at);
    } else if (event.type === 'opted_out') {
      add(at, 'opted_out{}');
      const one = out.get(event.to);
      if (one === undefined) optOut(event.to, { at });
      else if (one.provider !== undefined) {
        add(at, `opted_out{provider=${one.provider},consent=asked}`);
        one.provider = undefined;
      }
    } else if (event.type === 'sent') {
      const series = `sent{provider=${event.provider}`;
      add(at, `${series}}`);
      add(at, `${series},category=marketing}`);
      add(at, `${series},country=FR}`);
      add(at, `${series},part=quarters}`, quarterOf(at));
      add(at, `${series},category=marketing,part=quarters}`, quarterOf(at));
      if (at >= START + 2_000) add(at, `${series},category=marketing,hours=quiet}`);
      if (at > (out.get(event.to)?.at ?? Infinity) + grace)
        add(at, `${series},category=marketing,consent=withdrawn}`);
    }
  }
  return counts;
};

/** One thing that may happen to a partition while it is read. */
const step = fc.record({
  member: fc.nat(1),
  length: fc.integer({ min: 1, max: 12 }),
  back: fc.nat(8),
  claim: fc.boolean(),
});

/** Counts, each time it is called, a message for each of so many people, all in one second. */
export const differentPeople = async (store: WindowStore, partition: string) => {
  const { epoch, next: begins } = await store.claim(partition);
  let next = begins;
  return async (count: number, category: 'marketing' | 'otp'): Promise<void> => {
    const from = next;
    next += count;
    const events = Array.from({ length: count }, (_, n) => ({
      offset: from + n,
      event: message(0, { id: `p${from + n}`, category, to: `+336${20_000_000 + from + n}` as Address }),
    }));
    const batch = newFold()({ partition, epoch, from, next, events, rejected: new Map() });
    expect(await store.apply(batch)).toEqual({ kind: 'applied' });
  };
};

/** Counts a small batch of a fresh partition. */
export const countedOnce = async (store: WindowStore, partition: string): Promise<void> => {
  const messages = Array.from({ length: 4 }, (_, n) => message(n, { text: 'Bonjour 12' }));
  const plan = announced({ id: 'spring', at: START, end: START + 86_400_000 });
  const log = [
    ...messages,
    plan,
    received({ at: START }),
    optedOut({ at: START, to: '+33612340009' }),
    optedIn({ at: START, to: '+33612340010' }),
  ];
  const { epoch } = await store.claim(partition);
  expect(await store.apply(stretch(log, { partition, epoch, from: 0, next: 8 }))).toEqual({
    kind: 'applied',
  });
};

/** What a partition's only member says when there is nothing left to read. */
export const nothingMore = (partition: string, next: number) =>
  stretch([], { partition, epoch: 1, from: next, next });

export const storeContract = (name: string, open: () => Promise<WindowStore>): void => {
  describe(`the window store in ${name}`, () => {
    let opened: WindowStore[] = [];
    const fresh = async () => {
      const store = await open();
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(opened.map((store) => store.close()));
      opened = [];
    });
    const log = Array.from({ length: 20 }, (_, n) => message(n));
    const partition = 'kafka:events:0';

    test('counts a batch once: what is redelivered, overlaps, leaves a gap or is fenced off changes nothing', async () => {
      const store = await fresh();
      const { epoch, next } = await store.claim(partition);
      expect(next).toBe(0);
      const apply = (from: number, until: number, by = epoch) =>
        store.apply(stretch(log, { partition, epoch: by, from, next: until }));
      expect(await apply(0, 10)).toEqual({ kind: 'applied' });
      const before = plain(await store.read());
      expect(await apply(0, 10)).toEqual({ kind: 'redelivered', next: 10 });
      expect(await apply(2, 8)).toEqual({ kind: 'redelivered', next: 10 });
      expect(await apply(5, 15)).toEqual({ kind: 'overlap', next: 10 });
      expect(await apply(12, 15)).toEqual({ kind: 'gap', next: 10 });
      const newer = await store.claim(partition);
      expect(newer).toEqual({ epoch: epoch + 1, next: 10 });
      expect(await apply(10, 15)).toEqual({ kind: 'fenced', epoch: epoch + 1 });
      expect(plain(await store.read())).toEqual(before);
      expect(await apply(10, 15, newer.epoch)).toEqual({ kind: 'applied' });
    });

    test('a claim is told the last record that was counted, behind batches without any too', async () => {
      const store = await fresh();
      const { epoch, fingerprint } = await store.claim(partition);
      expect(fingerprint).toBeUndefined();
      const apply = (from: number, next: number, offset?: number) => {
        const batch = stretch(log, { partition, epoch, from, next });
        return store.apply(
          offset === undefined ? batch : { ...batch, fingerprint: { offset, crc: 4_294_967_295 } },
        );
      };
      await apply(0, 4, 3);
      await apply(4, 9, 7);
      await apply(9, 10);
      await apply(2, 5, 4);
      expect((await store.claim(partition)).fingerprint).toEqual({ offset: 7, crc: 4_294_967_295 });
    });

    test('a partition nothing is known of begins at 0, wherever its first record stands', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const batch = stretch(log, { partition, epoch, from: 0, next: 5 });
      expect(await store.apply({ ...batch, from: 1_000_000, next: 1_000_005 })).toEqual({
        kind: 'gap',
        next: 0,
      });
      expect(await store.apply({ ...batch, next: 1_000_005 })).toEqual({ kind: 'applied' });
      expect((await store.claim(partition)).next).toBe(1_000_005);
    });

    test('an idle partition moves its watermark, never back', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const idle = (until: number) =>
        store.apply(
          newFold()({
            partition,
            epoch,
            from: 0,
            next: 0,
            events: [],
            rejected: new Map(),
            idleUntil: ms(until),
          }),
        );
      const watermark = async () => (await store.read()).partitions.map((one) => one.watermark);
      expect(await idle(START + 5_000)).toEqual({ kind: 'applied' });
      expect(await idle(START)).toEqual({ kind: 'applied' });
      expect(await watermark()).toEqual([START + 5_000]);
    });

    test('a first read brings every second and slot of the last hour, however many', async () => {
      const store = await fresh();
      const { epoch } = await store.claim('kafka:events:0');
      const log = Array.from({ length: 500 }, (_, n) => message(n, { at: ms(START + 2_000 + n * 7_000) }));
      const whole = { partition: 'kafka:events:0', epoch, from: 0, next: log.length };
      expect(await store.apply(stretch(log, whole))).toEqual({ kind: 'applied' });
      const { counts, distinct, tallies } = await store.read();
      const all = seriesKey({ metric: 'sent', provider: 'alpha' });
      expect([...counts.keys()].sort()).toEqual(log.map(({ at }) => secondOf(at)));
      expect([...counts.values()].every((of) => of.get(all) === 1)).toBe(true);
      expect([distinct.size, tallies.size]).toEqual([59, 6]);
    });

    test.each([
      ['in one partition', 'kafka:events:0'],
      ['in one of its own', 'kafka:events:1'],
    ])('a first read brings the hour of a provider that is an hour behind, %s', async (_where, slowOnes) => {
      const store = await fresh();
      const hour = 3_600_000;
      // The slow one is read in step with the other, each message an hour after it happened.
      const pairs = Array.from({ length: 500 }, (_, n) => ({
        slow: message(n, { at: ms(START + n * 7_000) }),
        fast: message(n, { provider: 'beta', at: ms(START + hour + n * 7_000) }),
      }));
      const together = slowOnes === 'kafka:events:0';
      const logs = together
        ? { 'kafka:events:0': pairs.flatMap(({ slow, fast }) => [fast, slow]) }
        : { 'kafka:events:0': pairs.map(({ fast }) => fast), [slowOnes]: pairs.map(({ slow }) => slow) };
      for (const [partition, log] of Object.entries(logs)) {
        const { epoch } = await store.claim(partition);
        const step = together ? 20 : 10;
        for (let from = 0; from < log.length; from += step)
          expect(await store.apply(stretch(log, { partition, epoch, from, next: from + step }))).toEqual({
            kind: 'applied',
          });
      }

      const { counts, distinct } = await store.read();

      const all = seriesKey({ metric: 'sent', provider: 'alpha' });
      const held = [...counts].flatMap(([at, of]) => (of.has(all) ? [at] : [])).sort();
      expect(held).toEqual(pairs.map(({ slow }) => secondOf(slow.at)));
      const minutes = new Set(pairs.map(({ slow }) => Math.floor(slow.at / DISTINCT_SLOT)));
      expect([...distinct.keys()].filter((slot) => slot.includes('provider=alpha')).length).toBe(
        minutes.size,
      );
    });

    test('says when a partition was last heard of, by a claim or by a count', async () => {
      const store = await fresh();
      const { epoch } = await store.claim('kafka:events:0');
      const stateOf = async () => (await store.read()).partitions[0];
      const claimed = (await stateOf())?.countedAt ?? 0;
      expect(await stateOf()).toMatchObject({ watermark: 0, next: 0 });
      expect(Math.abs(claimed - Date.now())).toBeLessThan(600_000);
      await until(() => Date.now() > claimed + 5);
      const nothing = {
        partition: 'kafka:events:0',
        epoch,
        from: 0,
        next: 0,
        events: [],
        rejected: new Map(),
      };
      await store.apply(newFold()({ ...nothing, idleUntil: ms(START) }));
      expect((await stateOf())?.countedAt).toBeGreaterThan(claimed);
    });

    test('tells everybody how far was looked', async () => {
      const store = await fresh();
      expect((await store.read()).evaluated).toBeUndefined();
      for (const at of [START, START + 1_000]) {
        await store.evaluated(ms(at));
        expect((await store.read()).evaluated).toBe(at);
      }
    });

    test('what changed since a reader last looked, and only that, as totals over all partitions', async () => {
      const store = await fresh();
      const one = await store.claim('kafka:events:0');
      const two = await store.claim('kafka:events:1');
      await store.apply(stretch(log, { partition: 'kafka:events:0', epoch: one.epoch, from: 0, next: 12 }));
      const first = await store.read();
      await store.apply(
        stretch(log.slice(8, 12), { partition: 'kafka:events:1', epoch: two.epoch, from: 0, next: 4 }),
      );
      const second = await store.read(first.cursor);
      expect([...second.counts.keys()]).toEqual([Math.floor(START / 1000) + 2]);
      expect(countsIn(second)).toEqual(countOf([log.slice(8, 12), log.slice(8, 12)]));
      const third = await store.read(second.cursor);
      expect([third.counts.size, third.distinct.size, third.tallies.size]).toEqual([0, 0, 0]);
    });

    test('what changed, look after look, adds up to what one look at everything shows', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(events, { minLength: 1, maxLength: 3 }),
          fc.array(
            fc.record({ which: fc.nat(2), length: fc.integer({ min: 1, max: 9 }), look: fc.boolean() }),
            {
              maxLength: 20,
            },
          ),
          async (logs, steps) => {
            const store = await fresh();
            const places = await Promise.all(
              logs.map(async (ownLog, index) => ({
                ownLog,
                partition: `kafka:events:${index}`,
                epoch: (await store.claim(`kafka:events:${index}`)).epoch,
                position: 0,
              })),
            );
            let seen = await store.read();
            const look = async () => {
              const { cursor, counts, distinct, tallies, ...more } = await store.read(seen.cursor);
              seen = {
                ...more,
                cursor,
                counts: new Map([...seen.counts, ...counts]),
                distinct: new Map([...seen.distinct, ...distinct]),
                tallies: new Map([...seen.tallies, ...tallies]),
              };
            };
            for (const { which, length, look: now } of steps) {
              const place = places[which % places.length];
              if (!place || place.position >= place.ownLog.length) continue;
              const next = Math.min(place.ownLog.length, place.position + length);
              await offer(store, place.ownLog, { ...place, from: place.position, next });
              place.position = next;
              if (now) await look();
            }
            await look();
            expect(plain(seen)).toEqual(plain(await store.read()));
          },
        ),
        { numRuns: 30 },
      );
    }, 400_000);

    test('a reader that saw more than there is, since the store was lost, is shown everything', async () => {
      const before = await fresh();
      const after = await fresh();
      const old = await before.claim(partition);
      for (let at = 0; at < 10; at++)
        await before.apply(stretch(log, { partition, epoch: old.epoch, from: at, next: at + 1 }));
      const { cursor } = await before.read();
      const { epoch } = await after.claim(partition);
      await after.apply(stretch(log, { partition, epoch, from: 0, next: 20 }));
      const changes = await after.read(cursor);
      expect(plain(changes)).toEqual(plain(await after.read()));
      expect(changes.counts.size).toBeGreaterThan(0);
    });

    test('what was counted and lost is counted again: a partition that is not known stands at its beginning', async () => {
      const before = await fresh();
      const after = await fresh();
      const { epoch } = await before.claim(partition);
      await before.apply(stretch(log, { partition, epoch, from: 0, next: 10 }));
      const goesOn = stretch(log, { partition, epoch, from: 10, next: 15 });
      const isIdle = stretch([], { partition, epoch, from: 10, next: 10 });
      for (const batch of [goesOn, isIdle])
        expect(await after.apply(batch)).toEqual({ kind: 'gap', next: 0 });
      expect((await after.read()).counts.size).toBe(0);
      await after.apply(stretch(log, { partition, epoch, from: 0, next: 15 }));
      await before.apply(goesOn);
      expect(plain(await after.read())).toEqual(plain(await before.read()));
    });

    test('a claim fences off who went on writing after the store was lost', async () => {
      const store = await fresh();
      expect(await store.apply(stretch(log, { partition, epoch: 5, from: 0, next: 15 }))).toEqual({
        kind: 'applied',
      });
      expect(await store.claim(partition)).toEqual({ epoch: 6, next: 15 });
      expect(await store.apply(stretch(log, { partition, epoch: 5, from: 15, next: 20 }))).toEqual({
        kind: 'fenced',
        epoch: 6,
      });
    });

    test('texts are tallied by fingerprint and campaign, whatever its name, over partitions', async () => {
      const store = await fresh();
      const campaign = 'été "100 %", 🌞';
      const log = [1, 2, 3].map((n) => message(n, { text: `Voir maison.fr/a${n}`, campaign }));
      for (const partition of ['a', 'b']) {
        const { epoch } = await store.claim(partition);
        await offer(store, log, { partition, epoch, from: 0, next: log.length });
      }
      const { tallies } = await store.read();
      const top = (part: string) =>
        [...tallies].flatMap(([slot, tally]) => (slot.includes(part) ? tally.top : []));
      expect(top('part=text')).toEqual([[expect.stringMatching(/^[0-9a-f]{16} été "100 %", 🌞$/), 6]]);
      expect(top('part=link')).toEqual([['maison.fr', 6]]);
    });

    test('any text can be a sample, and any number of providers can have one', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const emoji = [...'0123456789'].map((_, n) =>
        message(n, { text: `${'x'.repeat(195 + n)}😀😀 "\\\u0000` }),
      );
      for (const [at] of emoji.entries())
        expect((await store.apply(stretch(emoji, { partition, epoch, from: at, next: at + 1 }))).kind).toBe(
          'applied',
        );
      const samples = new Map(Array.from({ length: 5_000 }, (_, n) => [`provider ${n}`, 'Bonjour']));
      const batch = { ...stretch(emoji, { partition, epoch, from: 10, next: 10 }), next: 11, samples };
      expect(await store.apply(batch)).toEqual({ kind: 'applied' });
      expect((await store.read()).samples.size).toBe(5_001);
    });

    const DAY = 86_400_000;
    const plan = (id: string, more: Parameters<typeof announced>[0] = {}) =>
      announced({ id, at: START, start: START, end: START + DAY, ...more });
    const announcedIn = async (store: WindowStore) =>
      new Map([...(await store.read()).announced].map(([id, { audience }]) => [id, audience]));
    /** Counts one event as all there is in the next place of a partition. */
    const countOne = async (store: WindowStore, partition: string, event: SmsEvent) => {
      const { epoch, next } = await store.claim(partition);
      const log = [...Array.from({ length: next }, (_, n) => message(n)), event];
      return store.apply(stretch(log, { partition, epoch, from: next, next: next + 1 }));
    };

    test('a batch of nothing but announcements counts, and every read has them as they were', async () => {
      const store = await fresh();
      const spring = plan('a1', { campaign: 'spring "é😀"', audience: 4_800 });
      const anywhere = plan('a2', { provider: undefined, campaign: 'summer' });
      const { epoch } = await store.claim(partition);
      const place = { partition, epoch, from: 0, next: 2 };
      expect((await store.read()).announced.size).toBe(0);
      expect(await store.apply(stretch([spring, anywhere], place))).toEqual({ kind: 'applied' });
      const { cursor, announced: first } = await store.read();
      const { type: _, ...known } = spring;
      expect(first.get('a1')).toEqual(known);
      expect(first.get('a2')).toMatchObject({ campaign: 'summer', start: START, end: START + DAY });
      expect(first.get('a2')?.provider).toBeUndefined();
      expect((await store.read(cursor)).announced).toEqual(first);
    });

    test('announced again, a campaign is what was said of it last, in whichever partition; redelivered, the same', async () => {
      const store = await fresh();
      const log = [
        plan('a', { audience: 1 }),
        plan('a', { audience: 3, at: START + 2 }),
        plan('a', { audience: 2, at: START + 1 }),
      ];
      const { epoch } = await store.claim(partition);
      for (const at of log.keys())
        await store.apply(stretch(log, { partition, epoch, from: at, next: at + 1 }));
      expect(await announcedIn(store)).toEqual(new Map([['a', 3]]));
      await countOne(store, 'kafka:events:1', plan('a', { audience: 4, at: START + 3 }));
      await countOne(store, 'kafka:events:2', plan('a', { audience: 5, at: START + 1 }));
      expect(await announcedIn(store)).toEqual(new Map([['a', 4]]));
      const again = plan('a', { audience: 9, at: START + 9 });
      const place = { partition, epoch, from: 2, next: 3 };
      expect(await store.apply(stretch([...log.slice(0, 2), again], place))).toMatchObject({
        kind: 'redelivered',
      });
      expect(await announcedIn(store)).toEqual(new Map([['a', 4]]));
    });

    test('a campaign is known until two days after its end, by the newest of the partitions', async () => {
      const store = await fresh();
      await countOne(store, partition, plan('over'));
      await countOne(store, partition, plan('later', { end: START + DAY + 1 }));
      const beyond = START + DAY + ANNOUNCED_KEPT;
      await countOne(store, 'kafka:events:1', message(0, { at: ms(beyond) }));
      expect([...(await announcedIn(store)).keys()].sort()).toEqual(['later', 'over']);
      await countOne(store, 'kafka:events:1', message(1, { at: ms(beyond + 1) }));
      expect([...(await announcedIn(store)).keys()]).toEqual(['later']);
    });

    test('of too many campaigns, those that end first go', async () => {
      const store = await fresh();
      const many = Array.from({ length: ANNOUNCED_LIMIT }, (_, n) => plan(`a${n}`, { end: START + DAY + n }));
      const { epoch } = await store.claim(partition);
      const all = [...many, plan('long', { end: START + 9 * DAY }), plan('gone', { end: START + 1 })];
      await store.apply(stretch(all, { partition, epoch, from: 0, next: many.length }));
      await store.apply(stretch(all, { partition, epoch, from: many.length, next: all.length }));
      const known = await announcedIn(store);
      expect([known.size, known.has('long'), known.has('a1'), known.has('a0'), known.has('gone')]).toEqual([
        ANNOUNCED_LIMIT,
        true,
        true,
        false,
        false,
      ]);
    });

    test('who opted out is there for who claims the partition next, as it was said last, those heard of first first', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const person = (n: number) => `+3361234000${n}`;
      const log = [
        received({ at: START, from: person(1) }),
        optedOut({ at: START + 1_000, to: person(2) }),
        received({ at: START + 2_000, from: person(3), provider: 'béta "2"' }),
        optedOut({ at: START + 3_000, to: person(1) }),
      ];
      const fold = newFold();
      const key = (n: number) => recipientKey(person(n)).key;
      await store.apply(stretch(log, { partition, epoch, from: 0, next: 3 }, fold));
      expect([...(await store.consent(partition)).withdrawn]).toEqual([
        [key(1), { at: START, asked: 'alpha' }],
        [key(2), { at: START + 1_000 }],
        [key(3), { at: START + 2_000, asked: 'béta "2"' }],
      ]);
      const before = await store.consent(partition);
      const stale = stretch(log, { partition, epoch: epoch - 1, from: 3, next: 4 }, fold);
      expect((await store.apply(stale)).kind).toBe('fenced');
      expect(await store.consent(partition)).toEqual(before);
      await store.apply(stretch(log, { partition, epoch, from: 3, next: 4 }, fold));
      expect((await store.consent(partition)).withdrawn.get(key(1))).toEqual({ at: START });
      expect(await store.consent('kafka:events:1')).toEqual({ withdrawn: new Map(), returned: new Map() });
    });

    test('who opted in again is there for them too, and no longer among those who opted out', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const [one, other] = ['+33612340001', '+33612340002'] as const;
      const log = [
        received({ at: START, from: one }),
        optedOut({ at: START, to: other }),
        received({ at: START + 1_000, from: one, text: 'START' }),
        optedIn({ at: START - 1_000, to: other }),
        optedOut({ at: START + 2_000, to: one }),
      ];
      const fold = newFold();
      const count = (from: number, next: number) =>
        store.apply(stretch(log, { partition, epoch, from, next }, fold));
      const known = async () => {
        const { withdrawn, returned } = await store.consent(partition);
        return { withdrawn: Object.fromEntries(withdrawn), returned: Object.fromEntries(returned) };
      };
      const key = (person: string) => recipientKey(person).key;
      await count(0, 2);
      await count(2, 4);
      expect(await known()).toEqual({
        withdrawn: { [key(other)]: { at: START } },
        returned: { [key(one)]: START + 1_000 },
      });
      await count(4, 5);
      expect(await known()).toEqual({
        withdrawn: { [key(other)]: { at: START }, [key(one)]: { at: START + 2_000 } },
        returned: {},
      });
    });

    test('of too many who opted out or in, the first are forgotten', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const people = (from: number, count: number) =>
        new Map(
          Array.from({ length: count }, (_, n) => [
            `p${from + n}`,
            { at: ms(START + from + n), asked: 'alpha' },
          ]),
        );
      const back = (from: number, count: number) =>
        new Map(Array.from({ length: count }, (_, n) => [`r${from + n}`, ms(START + from + n)]));
      const batch = (
        from: number,
        withdrawn: ReturnType<typeof people>,
        returned: ReturnType<typeof back>,
      ) => ({
        ...stretch([], { partition, epoch, from, next: from + 1 }),
        consent: { withdrawn, returned },
      });
      await store.apply(batch(0, people(0, WITHDRAWN_LIMIT), back(0, RETURNED_LIMIT)));
      await store.apply(batch(1, people(WITHDRAWN_LIMIT, 2), back(RETURNED_LIMIT, 2)));
      const { withdrawn: known, returned } = await store.consent(partition);
      expect([returned.size, returned.has('r1'), returned.has('r2')]).toEqual([RETURNED_LIMIT, false, true]);
      expect([known.size, known.has('p1'), known.has('p2')]).toEqual([WITHDRAWN_LIMIT, false, true]);
      expect(known.get(`p${WITHDRAWN_LIMIT + 1}`)).toEqual({
        at: START + WITHDRAWN_LIMIT + 1,
        asked: 'alpha',
      });
    });

    test('any cut, any redelivery and any handing over of a partition tells the same of consents', async () => {
      const rules = { grace: 1_000 as Duration, limit: 4_000 as Duration };
      await fc.assert(
        fc.asyncProperty(consentEvents, fc.array(step, { maxLength: 25 }), async (log, steps) => {
          const store = await fresh();
          const newMember = () => {
            const consents = createConsents(rules);
            return { consents, fold: newFold(consents), epoch: 0 };
          };
          const members = [newMember(), newMember()];
          const claim = async (member: ReturnType<typeof newMember>) => {
            const claimed = await store.claim(partition);
            member.consents.take(partition, await store.consent(partition), claimed.next);
            member.epoch = claimed.epoch;
            return claimed.next;
          };
          for (const member of members) await claim(member);
          let position = 0;
          for (const { member: index, length, back, claim: restart } of steps) {
            const member = members[index] ?? newMember();
            if (restart) await claim(member);
            const from = Math.max(0, position - back);
            const next = Math.min(log.length, from + length);
            if (next <= from) continue;
            const place = { partition, epoch: member.epoch, from, next };
            // Folded a first time in vain: the store was away.
            if (member.epoch % 2 === 1 && from === position) stretch(log, place, member.fold);
            const result = await offer(store, log, place, member.fold);
            if (result.kind === 'applied') position = next;
          }
          const last = newMember();
          const from = await claim(last);
          await offer(store, log, { partition, epoch: last.epoch, from, next: log.length }, last.fold);

          const whole = await fresh();
          const { epoch } = await whole.claim(partition);
          const place = { partition, epoch, from: 0, next: log.length };
          await whole.apply(stretch(log, place, newFold(createConsents(rules))));
          expect(countsIn(await store.read())).toEqual(countsIn(await whole.read()));
          expect(countsIn(await store.read())).toEqual(consentsOf(log, rules));
          expect(await store.consent(partition)).toEqual(await whole.consent(partition));
        }),
        {
          numRuns: 60,
          examples: [
            [
              takenOver,
              [
                { member: 0, length: 3, back: 0, claim: true },
                { member: 0, length: 3, back: 2, claim: true },
              ],
            ],
          ],
        },
      );
    }, 400_000);

    test('whose messages are spread over partitions has all of them counted, among many who got one', async () => {
      const store = await fresh();
      const often = (n: number) => `+33699${String(n).padStart(6, '0')}` as Address;
      const once = (n: number) => `+33688${String(n).padStart(6, '0')}` as Address;
      for (const at of [0, 1, 2]) {
        // Ten people get two messages through one partition and one through each of the others.
        const people = Array.from({ length: 10 }, (_, n) => often(n));
        const busy = people.flatMap((to, n) => (n % 3 === at ? [to, to] : [to]));
        const others = Array.from({ length: 300 }, (_, n) => once(at * 1_000 + n));
        const own = [...busy, ...others].map((to, n) => message(n, { to, at: ms(START + 2_000) }));
        const place = { partition: `kafka:events:${at}`, from: 0, next: own.length };
        const { epoch } = await store.claim(place.partition);
        await store.apply(stretch(own, { ...place, epoch }));
      }
      const [tally] = (await store.read()).tallies.values();
      expect(tally?.top.length).toBe(TALLY_TOP);
      const most = new Map(tally?.top.slice(0, 10));
      expect(most).toEqual(new Map(Array.from({ length: 10 }, (_, n) => [recipientKey(often(n)).key, 4])));
    });

    test('a full tally goes on counting those it has, and says how many it does not', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const slot = 'sent{provider=alpha,category=marketing}@1793213400000' as const;
      const people = (from: number, count: number) =>
        new Map(Array.from({ length: count }, (_, n) => [`p${String(from + n).padStart(6, '0')}`, 1]));
      const batch = (from: number, tally: Map<string, number>) => ({
        ...stretch(log, { partition, epoch, from: 0, next: 0 }),
        from,
        next: from + 1,
        tallies: new Map([[slot, tally]]) as never,
      });
      await store.apply(batch(0, people(0, TALLY_LIMIT)));
      await store.apply(batch(1, new Map([...people(0, 2), ...people(TALLY_LIMIT, 3)])));
      const tally = (await store.read()).tallies.get(slot as never);
      expect(tally?.untracked).toBe(3);
      expect(tally?.top.slice(0, 3).map(([, count]) => count)).toEqual([2, 2, 1]);
    });

    test('any split, any redelivery, any interleaving of two members counts what the distinct log counts', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(events, { minLength: 1, maxLength: 2 }),
          fc.array(step, { maxLength: 25 }),
          async (logs, steps) => {
            const store = await fresh();
            const partitions = logs.map((_, index) => `kafka:events:${index}`);
            const whole = await fresh();
            for (const [index, partition] of partitions.entries()) {
              const ownLog = logs[index] ?? [];
              const epochs = [(await store.claim(partition)).epoch, (await store.claim(partition)).epoch];
              let position = 0;
              for (const { member, length, back, claim } of steps) {
                if (claim) epochs[member] = (await store.claim(partition)).epoch;
                const from = Math.max(0, position - back);
                const next = Math.min(ownLog.length, from + length);
                if (next <= from) continue;
                const result = await offer(store, ownLog, {
                  partition,
                  epoch: epochs[member] ?? 0,
                  from,
                  next,
                });
                if (result.kind === 'applied') position = next;
              }
              const { epoch, next } = await store.claim(partition);
              expect(next).toBe(position);
              if (next < ownLog.length)
                await offer(store, ownLog, { partition, epoch, from: next, next: ownLog.length });
              const only = await whole.claim(partition);
              await whole.apply(
                stretch(ownLog, { partition, epoch: only.epoch, from: 0, next: ownLog.length }),
              );
            }
            const changes = withoutAgain(await store.read());
            expect(countsIn(changes)).toEqual(countOf(logs));
            expect(plain(changes)).toEqual(plain(withoutAgain(await whole.read())));
          },
        ),
        { numRuns: 60 },
      );
    }, 400_000);

    test('an event a provider delivered twice counts once, and folding its stretch again changes nothing', async () => {
      const store = await fresh();
      const { epoch } = await store.claim(partition);
      const twice = [...log.slice(0, 6), ...log.slice(2, 8)];
      const fold = newFold();
      await store.apply(stretch(twice, { partition, epoch, from: 0, next: 7 }, fold));
      stretch(twice, { partition, epoch, from: 7, next: 12 }, fold);
      await store.apply(stretch(twice, { partition, epoch, from: 7, next: 12 }, fold));
      expect(countsIn(await store.read())).toEqual(countOf([twice]));
    });
  });
};
