import { describe, expect, test } from 'vitest';
import { NAME_LIMITS } from '../../src/config/name-limits.ts';
import { type Address, type MessageEvent, ms, type SmsEvent, second } from '../../src/events/event.ts';
import { maskDigits } from '../../src/events/text/mask.ts';
import { createCardinalityLimit } from '../../src/fold/cardinality.ts';
import { createDedup } from '../../src/fold/dedup.ts';
import { createFold, type FoldParts } from '../../src/fold/fold.ts';
import type { FoldInput } from '../../src/fold/fold-input.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { firstOf } from '../../src/windows/quarters.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { announced, optedIn, optedOut, received, usage } from '../support/events.ts';

const AT = Date.parse('2026-10-28T20:05:00Z');
const SECOND = AT / 1000;
const to = '+33612345678' as Address;
const recipientKey = createRecipientKey('a key for the tests');

const sent = (more: Partial<MessageEvent> = {}): MessageEvent => ({
  type: 'sent',
  id: 'm1',
  at: ms(AT),
  provider: 'alpha',
  to,
  ...more,
});
const newFold = (dedup = createDedup(), more: Partial<FoldParts> = {}) =>
  createFold({
    ...more,
    isQuiet: (_to, at, category) => (category === 'marketing' ? at >= AT + 5_000 : undefined),
    categoryOf: (event) => event.category ?? 'marketing',
    recipientKey,
    maskText: maskDigits,
    dedup,
  });
const input = (events: readonly SmsEvent[], more: Partial<FoldInput> = {}): FoldInput => ({
  partition: 'kafka:events:0',
  epoch: 1,
  from: 0,
  next: events.length,
  events: events.map((event, offset) => ({ offset, event })),
  rejected: new Map(),
  ...more,
});
const countsOf = (folded: ReturnType<ReturnType<typeof newFold>>) =>
  Object.fromEntries([...folded.counts].map(([at, counts]) => [at - SECOND, Object.fromEntries(counts)]));

describe('the fold', () => {
  test('counts what came too late for the windows once more, in the newest second of its provider', () => {
    const newest = second(SECOND + 9_000);
    const fold = newFold(undefined, {
      beyondWindows: (provider, at) => (provider === 'alpha' && at < newest - 3_900 ? newest : undefined),
    });
    const folded = fold(
      input([
        sent({ campaign: 'spring' }),
        sent({ id: 'm2', type: 'delivered' }),
        sent({ id: 'm3', at: ms(newest * 1_000) }),
        sent({ id: 'm4', provider: 'beta' }),
      ]),
    );
    const late = [...folded.counts].flatMap(([at, counts]) =>
      [...counts].flatMap(([series, n]) => (series.includes('arrival') ? [[at, series, n]] : [])),
    );
    expect(late).toEqual([
      [newest, 'sent{provider=alpha,arrival=late}', 1],
      [newest, 'sent{provider=alpha,campaign=spring,arrival=late}', 1],
      [newest, 'delivered{provider=alpha,arrival=late}', 1],
    ]);
    expect(folded.counts.get(second(SECOND))?.get(seriesKey({ metric: 'sent', provider: 'alpha' }))).toBe(1);
  });

  test('counts a message by provider, by category and by campaign, in the second it happened', () => {
    const folded = newFold()(
      input([
        sent(),
        sent({ id: 'm2', at: ms(AT + 999), campaign: 'spring' }),
        sent({ id: 'm3', at: ms(AT + 1_000), category: 'otp', type: 'delivered' }),
      ]),
    );
    expect(countsOf(folded)).toEqual({
      0: {
        'sent{provider=alpha}': 2,
        'sent{provider=alpha,part=quarters}': 1,
        'sent{provider=alpha,category=marketing}': 2,
        'sent{provider=alpha,category=marketing,part=quarters}': 1,
        'sent{provider=alpha,campaign=spring}': 1,
        'sent{provider=alpha,country=FR}': 2,
        'sent{provider=alpha,order=none}': 2,
      },
      1: { 'delivered{provider=alpha}': 1, 'delivered{provider=alpha,category=otp}': 1 },
    });
    expect(folded.watermark).toBe(AT + 1_000);
  });

  test('tells in which quarter of a second messages on their way came, of all and of marketing', () => {
    const within = (at: number, more: Partial<MessageEvent> = {}) =>
      sent({ id: `q${at}`, at: ms(AT + at), ...more });
    const [counts] = newFold()(
      input([within(0), within(249), within(250), within(500, { category: 'otp' }), within(750)]),
    ).counts.values();
    const all = counts?.get(seriesKey({ metric: 'sent', provider: 'alpha', part: 'quarters' })) ?? 0;
    const marketing =
      counts?.get(
        seriesKey({ metric: 'sent', provider: 'alpha', category: 'marketing', part: 'quarters' }),
      ) ?? 0;
    const first = (packed: number) => ([1, 2, 3] as const).map((quarters) => firstOf(packed, quarters));
    expect(first(all)).toEqual([2, 3, 4]);
    expect(first(marketing)).toEqual([2, 3, 3]);
  });

  /** How often a dimension was counted, by its series. */
  const by = (dimension: string, events: readonly SmsEvent[], fold = newFold()) =>
    Object.fromEntries(
      [...fold(input(events)).counts.values()].flatMap((counts) =>
        [...counts].filter(([series]) => series.includes(`${dimension}=`)),
      ),
    );

  test('counts what is sent and submitted by country and by sender, when there is one', () => {
    const events = [
      sent({ from: 'SALON' as Address }),
      sent({ id: 'm2', to: '+32470123456' as Address, type: 'submitted', from: '36200' as Address }),
      sent({ id: 'm3', to: '36200' as Address }),
      sent({ id: 'm4', type: 'delivered', from: 'SALON' as Address }),
    ];
    expect(by('country', events)).toEqual({
      'sent{provider=alpha,country=FR}': 1,
      'submitted{provider=alpha,country=BE}': 1,
    });
    expect(by('sender', events)).toEqual({
      'sent{provider=alpha,sender=SALON}': 1,
      'submitted{provider=alpha,sender=36200}': 1,
    });
  });

  test('counts what failed by its error, and by none', () => {
    const events = [
      sent({ type: 'failed', error: '30003' }),
      sent({ id: 'm2', type: 'failed' }),
      sent({ id: 'm3', type: 'failed', error: '30003' }),
      sent({ id: 'm4', error: '30003' }),
    ];
    expect(by('error', events)).toEqual({
      'failed{provider=alpha,error=30003}': 2,
      'failed{provider=alpha,error=none}': 1,
    });
  });

  test('the first fifty senders of a provider are told apart, whatever the type; the rest are others', () => {
    const fold = newFold();
    const from = (n: number, more: Partial<MessageEvent> = {}) =>
      sent({ id: `m${n}`, from: `S${n}` as Address, ...more });
    const first = by(
      'sender',
      Array.from({ length: 60 }, (_, n) => from(n)),
      fold,
    );
    expect(Object.keys(first)).toHaveLength(51);
    expect(first['sent{provider=alpha,sender=(other)}']).toBe(10);
    const later = [100, 0, 101].map((n) => from(n, { type: 'submitted' }));
    expect(by('sender', later, fold)).toEqual({
      'submitted{provider=alpha,sender=(other)}': 2,
      'submitted{provider=alpha,sender=S0}': 1,
    });
    expect(by('sender', [from(102, { provider: 'beta' })], fold)).toEqual({
      'sent{provider=beta,sender=S102}': 1,
    });
    const errors = Array.from({ length: 60 }, (_, n) =>
      sent({ id: `e${n}`, type: 'failed', error: `E${n}` }),
    );
    expect(by('error', errors, fold)).toMatchObject({ 'failed{provider=alpha,error=(other)}': 10 });
  });

  test('too many campaigns of a provider are one, and too many providers, whatever is counted of them', () => {
    const limits = { ...NAME_LIMITS, campaigns: 2, providers: 2, periods: 1 };
    const cardinality = createCardinalityLimit(limits);
    const fold = newFold(createDedup(), { cardinality });
    const events = [
      ...['a', 'b', 'c', 'a'].map((campaign, n) => sent({ id: `c${n}`, campaign })),
      ...['beta', 'gamma', 'delta', 'beta'].map((provider, n) =>
        sent({ id: `p${n}`, provider, text: 'hello' }),
      ),
      usage({ at: AT, start: AT - 7_200_000, end: AT - 3_600_000, count: 5 }),
      usage({ at: AT, start: AT - 3_600_000, end: AT, count: 7 }),
    ];
    const counts = countsOf(fold(input(events)))[0] ?? {};
    expect(counts['sent{provider=alpha,campaign=a}']).toBe(2);
    expect(counts['sent{provider=alpha,campaign=(other)}']).toBe(1);
    expect(counts['sent{provider=beta}']).toBe(2);
    expect(counts['sent{provider=(other)}']).toBe(2);
    expect(counts['usage{provider=alpha,period=(other)}']).toBe(7);
    expect(Object.keys(counts).filter((key) => /gamma|delta|campaign=c/.test(key))).toEqual([]);
    const kinds = cardinality.crowds().map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(['campaigns', 'providers', 'periods']));
  });

  test('no phone number becomes part of a series, be it a sender or in what a provider calls an error', () => {
    const events = [
      sent({ from: '+33698765432' as Address }),
      sent({ id: 'm2', type: 'failed', error: 'no route to +33698765432' }),
    ];
    const series = Object.keys({ ...by('sender', events), ...by('error', events) }).map(decodeURIComponent);
    expect(series).toEqual([
      'sent{provider=alpha,sender=+33 6 •• •• •• 32}',
      'failed{provider=alpha,error=no route to +•••••••••••}',
    ]);
  });

  test('counts segments of what is on its way, and what is billed in the second it was reported in', () => {
    const events = [
      sent({ segments: 3 }),
      sent({ id: 'm2', segments: 2 }),
      sent({ id: 'm3', type: 'submitted', segments: 4 }),
      sent({ id: 'm4', type: 'delivered', segments: 5 }),
    ];
    expect(by('unit', events)).toEqual({
      'sent{provider=alpha,unit=segments}': 5,
      'submitted{provider=alpha,unit=segments}': 4,
    });
    const bill = usage({ at: AT, start: AT - 3_600_000, end: AT, count: 7, segments: 9 });
    const period = `${SECOND - 3_600}-${SECOND}`;
    expect(countsOf(newFold()(input([bill, bill])))).toEqual({
      0: {
        [`usage{provider=alpha,period=${period}}`]: 7,
        [`usage{provider=alpha,unit=segments,period=${period}}`]: 9,
      },
    });
  });

  test('what is announced is known by its id, as it was said last', () => {
    const plan = (at: number, audience: number, id = 'a1') => announced({ id, at, audience });
    const folded = newFold()(input([plan(AT, 1), plan(AT + 2, 3), plan(AT + 1, 2), plan(AT, 4, 'a2')]));
    const { type: _, ...latest } = plan(AT + 2, 3);
    expect(folded.announced.get('a1')).toEqual(latest);
    expect(folded.announced.get('a2')?.audience).toBe(4);
  });

  test('marketing sent or submitted in forbidden hours counts as quiet; its delivery and a code do not', () => {
    const at = ms(AT + 5_000);
    const quiet = (event: MessageEvent) =>
      [...newFold()(input([event])).counts.values()].flatMap((counts) =>
        [...counts.keys()].filter((series) => series.includes('hours=quiet')),
      );
    expect(quiet(sent({ at }))).toEqual(['sent{provider=alpha,category=marketing,hours=quiet}']);
    expect(quiet(sent({ at, type: 'submitted' }))).toHaveLength(1);
    expect(quiet(sent({ at, type: 'delivered' }))).toEqual([]);
    expect(quiet(sent({ at, category: 'otp' }))).toEqual([]);
    expect(quiet(sent())).toEqual([]);
  });

  test('a category is judged by its own hours, and one without is not counted there at all', () => {
    const fold = createFold({
      isQuiet: (_to, _at, category) => (category === 'otp' ? undefined : category === 'transactional'),
      categoryOf: (event) => event.category ?? 'marketing',
      recipientKey,
      maskText: maskDigits,
    });
    const events = (['marketing', 'transactional', 'otp'] as const).map((category) =>
      sent({ id: category, category }),
    );
    expect(by('hours', events, fold)).toEqual({
      'sent{provider=alpha,category=transactional,hours=quiet}': 1,
    });
  });

  test('what was submitted in time and sent in forbidden hours is late', () => {
    const at = ms(AT + 5_000);
    const events = [sent({ type: 'submitted' }), sent({ at }), sent({ id: 'm2', at })];
    expect(by('hours', events)).toEqual({
      'sent{provider=alpha,category=marketing,hours=late}': 1,
      'sent{provider=alpha,category=marketing,hours=quiet}': 1,
    });
  });

  test('counts what phones wrote and who was taken off, and not what is only planned', () => {
    const events: SmsEvent[] = [
      { type: 'received', id: 'r1', at: ms(AT), provider: 'alpha', to: '36200' as Address, from: to },
      { type: 'opted_out', id: 'o1', at: ms(AT), to },
      { type: 'opted_out', id: 'o2', at: ms(AT), provider: 'alpha', to },
      {
        type: 'announced',
        id: 'a1',
        at: ms(AT + 9_000),
        campaign: 'c',
        start: ms(AT),
        end: ms(AT + 1),
        audience: 9,
      },
    ];
    const folded = newFold()(input(events));
    expect(countsOf(folded)).toEqual({
      0: {
        'received{provider=alpha}': 1,
        'received{provider=alpha,code=36200}': 1,
        'opted_out{}': 1,
        'opted_out{provider=alpha}': 1,
      },
    });
    expect(folded.watermark).toBe(AT + 9_000);
  });

  test('a person is in the minute of the sketch and the ten minutes of the tally, under a keyed hash', () => {
    const folded = newFold()(input([sent(), sent({ id: 'm2' }), sent({ id: 'm3', at: ms(AT + 60_000) })]));
    const series = 'sent{provider=alpha,category=marketing}';
    expect([...folded.distinct.keys()]).toEqual([`${series}@${AT}`, `${series}@${AT + 60_000}`]);
    const tally = folded.tallies.get(`${series}@${AT - (AT % 600_000)}` as never);
    expect([...(tally ?? [])]).toEqual([[recipientKey(to).key, 3]]);
    const shown = JSON.stringify([...folded.tallies].map(([slot, people]) => [slot, [...people]]));
    expect(shown).not.toContain('612345678');
  });

  test('what is no SMS is counted by its channel alone, each thing said of it once', () => {
    const other = (id: string, channel: 'whatsapp' | 'voice', at = AT): SmsEvent => ({
      type: 'other',
      id,
      at: ms(at),
      provider: 'alpha',
      channel,
    });
    const events = [
      other('sent w', 'whatsapp'),
      other('delivered w', 'whatsapp'),
      other('sent w', 'whatsapp'),
      other('VOICE_ANSWERED v', 'voice', AT + 1_000),
    ];
    const fold = newFold();
    const counted = {
      0: { 'other{provider=alpha,channel=whatsapp}': 2 },
      1: { 'other{provider=alpha,channel=voice}': 1 },
    };
    expect(countsOf(fold(input(events)))).toEqual(counted);
    expect(countsOf(fold(input(events)))).toEqual(counted);
    // The message of the same id on SMS is another message.
    expect(countsOf(fold(input([sent({ id: 'w' })], { from: 4, next: 5 })))[0]).toMatchObject({
      'sent{provider=alpha}': 1,
    });
  });

  test('what was set aside counts when the last event happened, else when its partition last had one', () => {
    const fold = newFold();
    const rejected = new Map([['bad_json', 2]]);
    const counted = { 'rejected{reason=bad_json}': 2 };
    // Nothing is known of any time yet: it must not be counted at the beginning of time.
    expect(countsOf(fold(input([], { rejected })))).toEqual({});
    expect(countsOf(fold(input([], { rejected, idleUntil: ms(AT) })))).toEqual({ 0: counted });
    expect(countsOf(fold(input([sent({ at: ms(AT + 3_000) })], { rejected })))[3]).toMatchObject(counted);
    expect(countsOf(fold(input([], { rejected })))).toEqual({ 3: counted });
    expect(countsOf(fold(input([], { rejected, partition: 'kafka:events:1' })))).toEqual({});
  });

  test('keeps the newest text as a sample, its digits masked, never with half a character at the end', () => {
    const sampleOf = (text: string) =>
      newFold()(input([sent({ text: 'older' }), sent({ id: 'm2', text })])).samples.get('alpha');
    expect(sampleOf('STOP 36200')).toBe('STOP •••••');
    expect(sampleOf('x'.repeat(300))).toHaveLength(200);
    expect(sampleOf(`${'x'.repeat(199)}😀 Bonjour`)).toBe('x'.repeat(199));
    expect(sampleOf(`${'x'.repeat(198)}😀 Bonjour`)).toBe(`${'x'.repeat(198)}😀`);
  });

  test('an idle partition is complete up to the instant it is known idle', () => {
    expect(newFold()(input([], { idleUntil: ms(AT) })).watermark).toBe(AT);
  });
});

describe('what was dedup before', () => {
  test('an event counts where it first stood, however often its stretch is folded', () => {
    const dedup = createDedup();
    const fold = newFold(dedup);
    const twice = input([sent(), sent({ id: 'm2' }), sent()]);
    expect(fold(twice).counts).toEqual(fold(twice).counts);
    expect(countsOf(fold(twice))[0]).toMatchObject({ 'sent{provider=alpha}': 2 });
    expect(dedup.repeats()).toBe(3);
  });

  test('the same id of another type, provider or partition is another event', () => {
    const dedup = createDedup();
    const isRepeat = (offset: number, event: SmsEvent, partition = 'p') =>
      dedup.of(partition).isRepeat(offset, event);
    expect(isRepeat(0, sent())).toBe(false);
    expect(isRepeat(1, sent({ type: 'delivered' }))).toBe(false);
    expect(isRepeat(2, sent({ provider: 'beta' }))).toBe(false);
    expect(isRepeat(3, sent(), 'q')).toBe(false);
    expect(isRepeat(4, sent())).toBe(true);
  });

  test('remembers at least what it is told to, and not for ever', () => {
    const dedup = createDedup(10).of('p');
    for (let n = 0; n < 20; n++) dedup.isRepeat(n, sent({ id: `m${n}` }));
    expect(dedup.isRepeat(20, sent({ id: 'm10' }))).toBe(true);
    for (let n = 20; n < 40; n++) dedup.isRepeat(n, sent({ id: `m${n}` }));
    expect(dedup.isRepeat(41, sent({ id: 'm0' }))).toBe(false);
  });
});

describe('who said STOP', () => {
  const person = recipientKey(to).key;

  test('is out at once when they said it clearly; what is only probable is counted for a person to look at', () => {
    const clear = newFold()(input([received({ at: AT, from: to, text: 'STOP\n\nEnvoyé de mon iPhone' })]));
    expect(countsOf(clear)[0]).toMatchObject({ 'received{provider=alpha,consent=asked}': 1 });
    expect([...clear.consent.withdrawn.keys()]).toEqual([person]);
    const text = 'Je ne veux plus recevoir vos sms';
    const probable = newFold()(input([received({ at: AT, from: to, text })]));
    expect(countsOf(probable)[0]).toEqual({
      'received{provider=alpha}': 1,
      'received{provider=alpha,code=36200}': 1,
      'received{provider=alpha,consent=probable}': 1,
    });
    expect(probable.consent.withdrawn.size).toBe(0);
  });

  test('is out when the provider refuses to send since they had told it so', () => {
    const blocked = sent({ type: 'failed', error: '21610', errorClass: 'blocked_by_stop' });
    const later = { at: ms(AT + 600_000), provider: 'beta' };
    const folded = newFold()(input([blocked, sent({ ...later, id: 'm2' })]));
    expect(countsOf(folded)[0]).toMatchObject({ 'failed{provider=alpha,consent=blocked}': 1 });
    expect(countsOf(folded)[600]).toMatchObject({
      'sent{provider=beta,category=marketing,consent=withdrawn}': 1,
    });
    const failed = newFold()(input([sent({ type: 'failed', error: '30003' }), sent({ ...later, id: 'm2' })]));
    expect(failed.consent.withdrawn.size).toBe(0);
  });
});

describe('the probe’s number', () => {
  test('has counted what comes round of its STOP, and nothing that a detector sees', () => {
    const number = '+33600000001';
    const fold = newFold(createDedup(), { probe: { number, codes: ['36200'] } });
    const at = AT;
    const folded = fold(
      input([
        received({ at, from: number }),
        received({ at, from: number, to: '36111' }),
        optedOut({ at, to: number, provider: 'alpha' }),
        optedIn({ at, to: number }),
        optedOut({ at: at + 1_000, to: number }),
        sent({ id: 'm9', at: ms(at + 600_000), to: number as Address, order: 'o' }),
        received({ at: at + 4_000_000, from: '+33600000002', text: 'Bonjour' }),
      ]),
    );
    expect(folded.consent).toEqual({ withdrawn: new Map(), returned: new Map() });
    expect(countsOf(folded)).toEqual({
      0: { 'probe{code=36200,step=arrived}': 1, 'probe{step=recorded}': 1 },
      1: { 'probe{step=recorded}': 1 },
      600: {
        'sent{provider=alpha}': 1,
        'sent{provider=alpha,part=quarters}': 1,
        'sent{provider=alpha,category=marketing}': 1,
        'sent{provider=alpha,category=marketing,part=quarters}': 1,
        'sent{provider=alpha,category=marketing,hours=quiet}': 1,
        'sent{provider=alpha,country=FR}': 1,
      },
      4000: { 'received{provider=alpha}': 1, 'received{provider=alpha,code=36200}': 1 },
    });
  });
});
