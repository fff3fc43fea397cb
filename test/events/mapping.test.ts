/**
 * What companies' own applications and exports write, mapped. Each line is written as its maker would, and what it
 * must become by hand.
 */
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { parse as yaml } from 'yaml';
import { parseConfig } from '../../src/config/load.ts';
import { parsingFrom } from '../../src/config/parsing.ts';
import { type ParseOptions, parseRecord } from '../../src/events/parse.ts';
import { announced, sent, wire } from '../support/events.ts';

const parsing = (intake: string): ParseOptions =>
  parsingFrom(parseConfig(JSON.stringify({ intake: yaml(intake) }), 'test.yaml').intake);
const read = (line: string, intake: string) => {
  const parsed = parseRecord(line, parsing(intake));
  return parsed.ok ? parsed.event : `${parsed.reason}: ${parsed.detail}`;
};

const AT = Date.UTC(2026, 9, 28, 19, 5);
const companies: Array<[string, string, string, object]> = [
  [
    'a semicolon export of a French office suite, turned into JSON: all is text, dates are local',
    '{"N° message":"000123","Statut":"Envoyé","Date d\'envoi":"28/10/2026 20:05:00","Destinataire":"06.12.34.56.78","Émetteur":"L\'Atelier","Type":"Publicité","Nb SMS":"2","Campagne":""}',
    `{ zone: Europe/Paris, country: FR, mapping: { id: "N° message", type: Statut, provider: { value: alpha }, to: Destinataire,
       from: Émetteur, category: Type, segments: "Nb SMS", campaign: Campagne, at: { field: "Date d'envoi", format: "dd/MM/yyyy HH:mm:ss" } } }`,
    {
      type: 'sent',
      id: '000123',
      provider: 'alpha',
      to: '+33612345678',
      from: "L'Atelier",
      category: 'marketing',
      segments: 2,
    },
  ],
  [
    'a Rails application that logs its model',
    '{"id":184467440737095516,"state":"delivered","created_at":"2026-10-28 19:05:00 UTC","operator":"alpha","recipient":"+33612345678","kind":"promotional","body":"Profitez","campaign_id":42,"sms_order_id":4711}',
    '{ mapping: { type: state, at: created_at, provider: operator, to: recipient, category: kind, text: body, campaign: campaign_id, order: sms_order_id } }',
    {
      type: 'delivered',
      id: '184467440737095516',
      provider: 'alpha',
      to: '+33612345678',
      category: 'marketing',
      text: 'Profitez',
      campaign: '42',
      order: '4711',
    },
  ],
  [
    'a Java service with nested objects and a date with +0100',
    '{"event":{"name":"SmsDispatched","ts":"2026-10-28T20:05:00.000+0100"},"sms":{"uid":"a1","gateway":"ALPHA","msisdn":33612345678,"tags":["x","spring"]}}',
    `{ country: FR, mapping: { id: sms.uid, at: event.ts, to: sms.msisdn, campaign: sms.tags.1,
       type: { field: event.name, words: { SmsDispatched: sent } }, provider: { field: sms.gateway, words: { ALPHA: alpha } } } }`,
    { type: 'sent', id: 'a1', provider: 'alpha', to: '+33612345678', campaign: 'spring' },
  ],
  [
    'a database row with status numbers and epoch seconds, the newer of two dates first',
    '{"pk":7,"st":3,"dlr_ts":1793214300,"sent_ts":1793214000,"num":"0033612345678","prov":1,"err":"27"}',
    `{ mapping: { id: pk, type: { field: st, words: { 1: submitted, 2: sent, 3: failed } }, at: [dlr_ts, sent_ts], to: num,
       provider: { field: prov, words: { 1: alpha } }, error: err } }`,
    { type: 'failed', id: '7', at: AT, provider: 'alpha', to: '+33612345678', error: '27' },
  ],
  [
    'Kannel’s delivery reports, as a gateway of one’s own stores them',
    '{"dlr-mask":8,"smsc-id":"alpha","id":"k-1","to":"33612345678","from":"36200","done":"2610282005"}',
    `{ zone: Europe/Paris, country: FR, mapping: { type: { field: dlr-mask, words: { 1: delivered, 2: failed, 8: sent, 16: failed } },
       provider: smsc-id, at: { field: done, format: yyMMddHHmm } } }`,
    { type: 'sent', id: 'k-1', provider: 'alpha', to: '+33612345678', from: '36200' },
  ],
  [
    'OVH’s and SMSFactor’s reports behind a forwarder of one’s own',
    '{"date":"2026-10-28T20:05:00+01:00","status":"3","destination":"33612345678","message_id":99,"campaign_id":"c1"}',
    `{ country: FR, mapping: { id: message_id, type: { field: status, words: { 1: sent, 3: delivered, 2: failed } }, at: date,
       to: destination, campaign: campaign_id, provider: { value: alpha } } }`,
    { type: 'delivered', id: '99', provider: 'alpha', to: '+33612345678', campaign: 'c1' },
  ],
  [
    'an American export: twelve hours, the month first, numbers in brackets',
    '{"Message SID":"SM1","Status":"Sent","Date":"10/28/2026 03:05:00 PM","To Number":"(415) 555-0123","From.Name":"R&D","Type":"OTP"}',
    `{ zone: America/New_York, country: US, mapping: { id: "Message SID", type: Status, to: "To Number", from: From.Name, category: Type,
       provider: { value: alpha }, at: { field: Date, format: "MM/dd/yyyy hh:mm:ss a" } } }`,
    { type: 'sent', id: 'SM1', provider: 'alpha', to: '+14155550123', from: 'R&D', category: 'otp' },
  ],
  [
    'an Infobip report, its one result unwrapped by position',
    '{"results":[{"messageId":"i-1","to":"33612345678","doneAt":"2026-10-28T19:05:00.000+0000","smsCount":2,"status":{"groupName":"UNDELIVERABLE"},"error":{"name":"EC_ABSENT"}}]}',
    `{ country: FR, mapping: { id: results.0.messageId, to: results.0.to, at: results.0.doneAt, type: results.0.status.groupName,
       segments: results.0.smsCount, error: results.0.error.name, provider: { value: alpha } } }`,
    { type: 'failed', id: 'i-1', provider: 'alpha', to: '+33612345678', segments: 2, error: 'EC_ABSENT' },
  ],
];

describe('a mapping of one’s own', () => {
  it.each(companies)('reads %s', (_, line, intake, expected) => {
    const event = read(line, intake);
    const said = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
    expect(said).toEqual({ at: AT, ...expected });
  });

  it('gives the same event, however the same is written', () => {
    const intake = `{ zone: Europe/Paris, country: FR, mapping: { id: uid, type: { field: st, words: { E: sent } }, provider: { value: alpha },
      to: num, category: { field: fam, words: { P: marketing } }, at: { field: [le, quand], format: "dd/MM/yyyy HH:mm:ss" } } }`;
    const options = parsing(intake);
    const paris = (at: number) => DateTime.fromMillis(at, { zone: 'Europe/Paris' });
    const written = fc.record({
      uid: fc.constantFrom<unknown>('17', 17),
      st: fc.constantFrom('E', ' E', 'sent', 'SENT', 'Envoyé'),
      num: fc.constantFrom<unknown>(
        '+33612345678',
        '0612345678',
        '06 12 34 56 78',
        33612345678,
        '0033612345678',
      ),
      fam: fc.constantFrom('P', 'marketing', 'PROMOTIONAL'),
      date: fc.constantFrom<(at: number) => object>(
        (at) => ({ le: paris(at).toFormat('dd/MM/yyyy HH:mm:ss') }),
        (at) => ({ le: '', quand: paris(at).toFormat('yyyy-MM-dd HH:mm:ss') }),
        (at) => ({ le: null, quand: new Date(at).toISOString() }),
        (at) => ({ quand: paris(at).toFormat("yyyy-MM-dd'T'HH:mm:ssZZZ") }),
        (at) => ({ quand: at / 1_000 }),
        (at) => ({ quand: String(at) }),
      ),
    });
    const seconds = fc.integer({ min: Date.UTC(2026, 0, 1) / 1_000, max: Date.UTC(2026, 9, 24) / 1_000 });
    fc.assert(
      fc.property(written, seconds, ({ date, ...rest }, second) => {
        const at = 1_000 * second;
        expect(parseRecord(wire({ ...rest, ...date(at) }), options)).toMatchObject({
          event: { type: 'sent', id: '17', at, provider: 'alpha', to: '+33612345678', category: 'marketing' },
        });
      }),
    );
  });

  it('says in its sender’s words what is missing or wrong', () => {
    const intake = '{ mapping: { at: [le, quand], to: num, type: { field: st, words: { E: sent } } } }';
    const own = { id: 'm', provider: 'alpha', st: 'E', le: AT, num: '+33612345678' };
    const told = (changed: object) => read(wire({ ...own, ...changed }), intake);
    expect(told({ num: undefined })).toBe('missing_field: num is missing.');
    expect(told({ le: '', quand: '28/10/2026 20:05' })).toMatch(
      /^bad_date: le or quand is "99\/99\/9999 99:99", no date/,
    );
    expect(told({ st: 'X' })).toMatch(/^bad_type: st is "X", no type that is known/);
    expect(told({ id: undefined })).toBe('missing_field: id is missing.');
  });

  it('leaves announcements and providers’ own formats to their own words, and opens envelopes', () => {
    const intake = '{ mapping: { type: st, to: num } }';
    const plan = announced();
    expect(read(wire(plan), intake)).toEqual(plan);
    const aws = {
      eventType: 'TEXT_SENT',
      eventTimestamp: AT,
      messageId: 'a',
      destinationPhoneNumber: '+33612345678',
    };
    expect(read(wire(aws), intake)).toMatchObject({ type: 'sent', provider: 'aws' });
    const { id, at, type: _type, to, ...data } = sent();
    const envelope = {
      specversion: '1.0',
      type: 'sms',
      id,
      time: at,
      data: { ...data, st: 'SENT', num: to },
    };
    expect(read(wire(envelope), intake)).toMatchObject({ type: 'sent', id, at, to });
  });

  it('finds nothing that no record says', () => {
    for (const path of ['constructor', '__proto__.polluted', 'to.length', 'a..b'])
      expect(read(wire(sent()), `{ mapping: { order: ${path} } }`)).toMatchObject({ order: undefined });
  });
});

describe('a mapping that cannot be meant', () => {
  const fault = (intake: string) => {
    try {
      parsing(intake);
      return 'none';
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ['{ mapping: { at: { field: le, format: "dd/MM/yyyy HH:mm" } } }', /intake\.mapping\.at: .*intake\.zone/],
    ['{ zone: Europe/Paris, mapping: { at: { field: le, format: "dd/MM/yyyy" } } }', /intake\.mapping\.at/],
    ['{ mapping: { type: { field: st, words: { E: envoye } } } }', /intake\.mapping\.type/],
    ['{ mapping: { provider: { words: { 1: alpha } } } }', /intake\.mapping\.provider/],
    ['{ mapping: { colour: c } }', /intake\.mapping\.colour: no such key/],
    [
      '{ preset: aws-end-user-messaging, mapping: { to: num } }',
      /intake\.mapping: goes with preset auto or tocsin/,
    ],
    ['{ zone: Paris }', /intake\.zone: must be an IANA time zone/],
    ['{ country: France }', /intake\.country: must be an ISO 3166 code/],
  ])('is refused with its key: %s', (intake, says) => {
    expect(fault(intake)).toMatch(says);
  });

  it('is not one whose dates have an offset or a zone of their own', () => {
    for (const format of ['dd/MM/yyyy HH:mm:ss ZZZ', "'le' dd/MM/yyyy HH:mm Z"])
      expect(fault(`{ mapping: { at: { field: le, format: "${format}" } } }`)).toBe('none');
    expect(fault('{ mapping: { at: { field: le, zone: Europe/Paris, format: "dd/MM/yyyy HH:mm" } } }')).toBe(
      'none',
    );
  });
});
