import { describe, expect, it } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { parseObject, parseRecord } from '../../src/events/parse.ts';
import { createWallClock } from '../../src/events/wall-clock.ts';
import { announced, EVENING, optedIn, optedOut, received, sent, usage, wire } from '../support/events.ts';

const options = { preset: 'auto', maxRecord: 1_000 } as const;
const parse = (value: object | string | Buffer | null) =>
  parseRecord(
    value === null || Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : wire(value)),
    options,
  );
const outcome = (value: object | string | Buffer | null) => {
  const parsed = parse(value);
  return parsed.ok ? 'ok' : `${parsed.reason}: ${parsed.detail}`;
};
const event = (value: object | string | Buffer) => {
  const parsed = parse(value);
  if (!parsed.ok) throw new Error(`${parsed.reason}: ${parsed.detail}`);
  return parsed.event;
};

describe('parseRecord', () => {
  it('reads an event of every type, with all its fields, and ignores what it does not know', () => {
    const whole = sent({
      from: 'SALON',
      category: 'marketing',
      campaign: 'spring',
      order: 'o-1',
      text: 'Profitez',
      segments: 2,
      error: '30003',
    });
    for (const one of [whole, received(), optedOut(), optedIn(), announced(), usage()])
      expect(event({ ...one, extra: { deep: [1] } })).toEqual(one);
  });

  it('takes an announcement in its own words, whatever the provider’s preset', () => {
    const preset = 'twilio-event-streams';
    const campaign = announced();
    expect(parseObject(campaign, { preset })).toEqual({ ok: true, event: campaign });
    expect(parseObject(sent(), { preset })).toMatchObject({ ok: false, reason: 'unknown_format' });
  });

  it('takes what a provider bills, in messages or segments, for a time that is over', () => {
    const bill = usage({ count: undefined, segments: 2 ** 32 - 1 });
    expect(parseObject(bill, { preset: 'aws-end-user-messaging' })).toEqual({ ok: true, event: bill });
    expect(outcome({ ...usage(), count: null })).toBe('missing_field: count is missing, and segments too.');
    expect(outcome({ ...usage(), count: 2 ** 32 })).toMatch(/^bad_field: count /);
    expect(outcome({ ...usage(), end: EVENING + 1 })).toBe('bad_field: end must not be after at.');
    expect(outcome({ ...usage(), end: EVENING - 3_600_000 })).toBe('bad_field: end must be after start.');
    expect(outcome({ ...usage(), provider: undefined })).toBe('missing_field: provider is missing.');
  });

  it('makes half characters in an error whole, since it becomes part of a series', () => {
    expect(
      event(
        '{"id":"m","type":"failed","at":1793213400000,"provider":"alpha","to":"36200","error":"\\ud83d"}',
      ),
    ).toMatchObject({ error: '\ufffd' });
    expect(event({ ...sent(), error: 0 })).toMatchObject({ error: '0' });
  });

  it('reads dates with any offset and any fraction, and epoch milliseconds', () => {
    for (const at of [
      '2025-10-28T20:00:00+01:00',
      '2025-10-28T19:00:00.000000Z',
      '2025-10-28t19:00:00z',
      EVENING,
    ])
      expect(event({ ...sent(), at }).at).toBe(EVENING);
  });

  it('removes punctuation from E.164 and guesses nothing', () => {
    expect(event({ ...sent(), to: '+33 (6) 12.34-56 78' })).toMatchObject({ to: '+33612345678' });
    expect(event({ ...sent(), to: '36200', from: 'My Salon' })).toMatchObject({
      to: '36200',
      from: 'My Salon',
    });
    for (const to of ['+0612345678', '+33', 'a name too long', '', '+33\u00006123456', '12', '0'.repeat(20)])
      expect(outcome({ ...sent(), to })).toMatch(/^bad_address: to /);
  });

  it('takes names and counts as numbers or as text', () => {
    const whole = sent({ id: '9007199254740991', provider: '3', campaign: '17', order: '4711', segments: 2 });
    const numbers = {
      id: 9007199254740991,
      provider: 3,
      campaign: 17,
      order: 4711,
      segments: '2',
      to: '36200',
      from: 36200,
    };
    expect(event({ ...whole, ...numbers })).toEqual({ ...whole, to: '36200', from: '36200' });
    expect(event({ ...sent(), segments: 0 })).not.toMatchObject({ segments: expect.anything() });
    expect(event({ ...received(), id: 7, to: 36200 })).toMatchObject({ id: '7', to: '36200' });
    expect(event({ ...announced(), id: 7, campaign: 17, audience: '4800' })).toMatchObject({
      id: '7',
      campaign: '17',
      audience: 4_800,
    });
    expect(event({ ...usage(), count: '1000', segments: '' })).toMatchObject({ count: 1_000 });
  });

  it('keeps two ids of 64 bits two, though JavaScript reads both as one number', () => {
    const line = (id: string) =>
      wire(sent({ text: 'n° 1234567890123456789 \\" 12345678901234567890' })).replace(
        /"id":"[^"]*"/,
        `"id":${id},"x":[0.12345678901234567,-1e-20,12345678901234567890]`,
      );
    for (const id of ['1234567890123456789', '1234567890123456790', '-1234567890123456789'])
      expect(event(line(id))).toMatchObject({ id, text: 'n° 1234567890123456789 \\" 12345678901234567890' });
    expect(parseObject({ ...sent(), id: 2 ** 60 }, { preset: 'auto' })).toMatchObject({
      ok: false,
      reason: 'inexact_number',
    });
  });

  it('takes null and the empty string for an absent optional field', () => {
    const bare = sent();
    expect(
      event({ ...bare, from: null, campaign: '', order: null, text: null, segments: null, error: null }),
    ).toEqual(bare);
  });

  it('knows a message that went out empty from one whose text is not told', () => {
    expect(event({ ...sent(), text: '' })).toMatchObject({ text: '' });
    expect(event({ ...received(), text: '' })).not.toMatchObject({ text: '' });
  });

  it('takes a byte order mark, and half a character in a text', () => {
    expect(outcome(`\ufeff${wire(sent())}`)).toBe('ok');
    expect(
      event('{"type":"sent","id":"a","at":1761678000000,"provider":"p","to":"36200","text":"a\\ud800b"}'),
    ).toMatchObject({ text: 'a\ufffdb' });
  });

  const bad: Array<[string, object | string | Buffer | null]> = [
    ['empty', null],
    ['empty', ''],
    ['empty', ' \t\r'],
    ['too_long', 'x'.repeat(1_001)],
    ['not_utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['not_json', '{"type":"sent"'],
    ['not_json', '\u0000\u0000'],
    ['not_json', wire(sent()).replace('alpha', 'al\u0000pha')],
    ['not_an_object', '[]'],
    ['not_an_object', 'null'],
    ['not_an_object', '12'],
    ['unknown_format', '{}'],
    ['unknown_format', '{"level":30,"msg":"hello"}'],
    ['missing_field', { ...sent(), id: undefined }],
    ['missing_field', { ...sent(), type: undefined }],
    ['missing_field', { ...sent(), at: null }],
    ['missing_field', { ...sent(), provider: undefined }],
    ['missing_field', { ...optedIn(), to: undefined }],
    ['missing_field', { ...sent(), to: undefined }],
    ['missing_field', { ...announced(), start: undefined }],
    ['missing_field', { ...announced(), audience: undefined }],
    ['bad_type', { ...sent(), type: 'rung' }],
    ['bad_type', { ...sent(), type: ['sent'] }],
    ['bad_field', { ...sent(), id: 7.5 }],
    ['bad_field', { ...sent(), id: '' }],
    ['bad_field', { ...sent(), to: 0.5 }],
    ['bad_field', { ...sent(), segments: 1.5 }],
    ['bad_field', { ...sent(), category: 'gossip' }],
    ['bad_field', '{"type":"sent","id":"a","at":1761678000000,"provider":"\\ud800","to":"36200"}'],
    ['bad_field', { ...sent(), provider: 'al\u0000pha' }],
    ['bad_field', { ...announced(), end: EVENING }],
    ['bad_field', { ...announced(), audience: -1 }],
    ['bad_date', { ...sent(), at: '+050000-01-01T00:00:00Z' }],
    ['bad_date', { ...sent(), at: Date.UTC(50_000, 0, 1) }],
    ['bad_date', { ...sent(), at: 1_761_678_000_000_000 }],
    ['bad_date', { ...sent(), at: '20251028200000' }],
    ['bad_date', { ...sent(), at: '2025-10-28T20:00:00' }],
    ['bad_date', { ...sent(), at: '2025-02-30T20:00:00Z' }],
    ['bad_date', { ...sent(), at: '2025-10-28T25:00:00Z' }],
    ['bad_date', { ...sent(), at: 'yesterday' }],
    ['bad_date', { ...sent(), at: {} }],
    ['bad_date', '{"type":"sent","id":"a","at":1e999,"provider":"p","to":"36200"}'],
    ['bad_date', { ...announced(), end: 'soon' }],
    ['bad_address', { ...sent(), from: 'a name much too long'.repeat(6) }],
    ['bad_address', { ...sent(), from: 'Sal\u0007on' }],
    ['bad_address', { ...sent(), from: 'Sal\non' }],
  ];
  it.each(bad)('gives the reason %s for %j', (reason, value) => {
    expect(outcome(value)).toMatch(new RegExp(`^${reason}: .+\\.$`));
  });

  it('refuses what is dated after `latest`, and nothing before it', () => {
    const at = (latest: number) => parseObject(sent(), { preset: 'auto', latest: ms(latest) });
    expect(at(EVENING).ok).toBe(true);
    expect(at(EVENING - 1)).toMatchObject({ ok: false, reason: 'in_the_future' });
  });

  it('never tells a number or a text in a detail', () => {
    const secret = '0612345678';
    for (const field of ['type', 'id', 'at', 'to', 'from', 'category', 'segments', 'error', 'text'])
      for (const value of [secret, { secret }, [secret]])
        expect(outcome({ ...sent(), [field]: value })).not.toContain(secret);
    expect(outcome(`{"to":"${secret}"`)).not.toContain(secret);
  });

  it('says what was in a field that is refused, and nobody’s number or text', () => {
    const told = (changed: object) => outcome({ ...sent(), ...changed });
    expect(told({ at: '28/10/2026 20:05' })).toMatch(/^bad_date: at is "99\/99\/9999 99:99", no date/);
    expect(told({ at: '2026-10-28 20:05:00' })).toMatch(/a date without its zone: .*intake\.zone/);
    expect(told({ at: 1_761_678_000_000_000 })).toMatch(/at is a number of 16 digits, no date/);
    expect(told({ at: '2610282005' })).toMatch(/at is "9999999999", .*YYMMDDhhmm/);
    expect(told({ to: 'Marie Dupont' })).toMatch(/^bad_address: to is "Aaaaa Aaaaaa", and must be/);
    expect(told({ id: {} })).toBe('bad_field: id has a value of the wrong kind or out of range: an object.');
    expect(told({ id: '' })).toMatch(
      /^bad_field: id has a value of the wrong kind or out of range: empty text\.$/,
    );
  });

  it('reads dates without an offset in the zone that is configured', () => {
    const at = '2025-10-28 20:00:00';
    expect(
      parseObject({ ...sent(), at }, { preset: 'auto', local: createWallClock('Europe/Paris') }),
    ).toMatchObject({
      event: { at: EVENING },
    });
  });

  it('throws at nothing, however deep or odd', () => {
    const big = { ...options, maxRecord: 1e6 };
    for (const value of ['['.repeat(200_000), '{"a":'.repeat(100_000), '{"__proto__":{"type":"sent"}}'])
      expect(parseRecord(Buffer.from(value), big).ok).toBe(false);
  });
});

describe('CloudEvents', () => {
  const { id: _id, at: _at, ...data } = sent();
  const envelope = {
    specversion: '1.0',
    type: 'com.example.sms',
    source: '/a',
    id: 'e-1',
    time: '2025-10-28T20:00:00+01:00',
  };

  it('opens an envelope, whose id and time stand in for those of its data', () => {
    expect(event({ ...envelope, data })).toEqual({ ...data, id: 'e-1', at: EVENING });
    expect(event({ ...envelope, data: { ...data, id: 'own' } })).toMatchObject({ id: 'own' });
  });

  it('takes the type from the end of the envelope’s', () => {
    expect(
      event({ ...envelope, type: 'com.example.delivered', data: { ...data, type: undefined } }).type,
    ).toBe('delivered');
  });

  it('says what is missing', () => {
    expect(outcome({ ...envelope })).toMatch(/^missing_field: data/);
    expect(outcome({ ...envelope, data: 'text' })).toMatch(/^missing_field: data/);
    expect(outcome({ ...envelope, time: undefined, data })).toMatch(/^missing_field: at/);
  });
});
