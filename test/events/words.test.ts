import { describe, expect, it } from 'vitest';
import { parseObject } from '../../src/events/parse.ts';
import { categoryOf, typeOf } from '../../src/events/words.ts';
import { sent, submitted } from '../support/events.ts';

/** What providers' documentation and companies' exports say, by what is meant. */
const TYPES: Array<[string, string[]]> = [
  ['submitted', ['submitted', 'SUBMITTED', 'queued', 'Accepted', 'sms.submitted']],
  [
    'sent',
    [
      'sent',
      'Sent',
      'SENT',
      'MESSAGE_SENT',
      'messageSent',
      'sms-sent',
      'message.sent',
      'Dispatched',
      'Envoyé',
      'DELIVERED_TO_OPERATOR',
    ],
  ],
  [
    'delivered',
    [
      'DELIVERED',
      'DELIVRD',
      'delivered_to_handset',
      'Livré',
      'livre\u0301',
      'smsDelivered',
      'DeliveredToHandset',
    ],
  ],
  [
    'failed',
    [
      'FAILED',
      'UNDELIV',
      'Undelivered',
      'REJECTD',
      'rejected',
      'EXPIRED',
      'NOT_DELIVERED',
      'not delivered',
      'Échec',
      'delivery_failed',
    ],
  ],
  ['received', ['MO', 'inbound', 'INCOMING', 'message_received', 'reply']],
  ['opted_out', ['opt-out', 'OptOut', 'OPT_OUT', 'unsubscribed', 'Désabonné', 'optedOut']],
  ['opted_in', ['opt-in', 'OptIn', 'resubscribed']],
];
const CATEGORIES: Array<[string, string[]]> = [
  ['marketing', ['marketing', 'MARKETING', 'PROMOTIONAL', 'promo', 'Publicité', 'pub', 'Newsletter']],
  [
    'transactional',
    ['TRANSACTIONAL', 'transaction', 'Service', 'notification', 'UTILITY', 'reminder', 'TRX'],
  ],
  ['otp', ['OTP', 'Authentication', '2FA', 'verification', 'one-time-password', 'oneTimePassword']],
];

describe('types and categories in their usual other words', () => {
  it.each(TYPES)('%s', (type, words) => {
    for (const word of words) expect([word, typeOf(word)]).toEqual([word, type]);
  });
  it.each(CATEGORIES)('%s', (category, words) => {
    for (const word of words) expect([word, categoryOf(word)]).toEqual([word, category]);
  });

  it('give the same event as tocsin’s own', () => {
    const own = sent({ category: 'marketing' });
    for (const type of ['SENT', 'message.sent', 'Envoyé'])
      for (const category of ['PROMOTIONAL', 'Promo', 'MARKETING'])
        expect(parseObject({ ...own, type, category }, { preset: 'auto' })).toEqual({ ok: true, event: own });
    expect(parseObject({ ...submitted(), type: 'QUEUED', category: '' }, { preset: 'tocsin' })).toMatchObject(
      { event: { type: 'submitted', category: undefined } },
    );
  });

  it.each([
    'pending',
    'unknown',
    'reçu',
    'read',
    'ok',
    '1',
    '',
    'constructor',
    '__proto__',
    'sent '.repeat(20),
  ])('leave open what is nobody’s word, or means two things: %j', (word) => {
    expect(typeOf(word)).toBeUndefined();
    expect(categoryOf(word)).toBeUndefined();
  });

  it('are quoted where they are unknown, with where to say what they mean', () => {
    const told = (changed: object) => {
      const parsed = parseObject({ ...sent(), ...changed }, { preset: 'auto' });
      return parsed.ok ? 'ok' : `${parsed.reason}: ${parsed.detail}`;
    };
    expect(told({ type: 'PENDING' })).toBe(
      'bad_type: type is "PENDING", no type that is known: say what it means in intake.mapping.type.words.',
    );
    expect(told({ category: 'gossip' })).toMatch(
      /^bad_field: category is "gossip", no category that is known/,
    );
    expect(told({ type: 4 })).toMatch(/^bad_type: type is a number of 1 digit,/);
  });
});
