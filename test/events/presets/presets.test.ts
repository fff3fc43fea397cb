import { describe, expect, it } from 'vitest';
import { type EventPreset, parseObject } from '../../../src/events/parse.ts';
import aws from '../../fixtures/aws-end-user-messaging.json' with { type: 'json' };
import twoWay from '../../fixtures/aws-end-user-messaging-two-way.json' with { type: 'json' };
import twilio from '../../fixtures/twilio-event-streams.json' with { type: 'json' };
import { sent } from '../../support/events.ts';

const event = (json: unknown, preset: EventPreset = 'auto') => {
  const parsed = parseObject(json, { preset });
  return parsed.ok ? parsed.event : parsed;
};

describe.each([
  'auto',
  'twilio-event-streams',
] as const)('Twilio Event Streams, read with preset %s', (preset) => {
  it('follows a message from queued to delivered, and tells of failures and answers', () => {
    const events = twilio.map((one) => event(one, preset));
    const id = 'SM0000000000000000000000000000001';
    const base = { provider: 'twilio', to: '+15005550001', from: '+15005550006' };
    expect(events[0]).toEqual({
      ...base,
      type: 'submitted',
      id,
      at: Date.UTC(2025, 0, 1),
      category: 'marketing',
      campaign: 'spring',
      order: 'o-1',
      text: 'Ahoy! Reply STOP to 36200',
    });
    expect(events[1]).toEqual({
      ...base,
      type: 'sent',
      id,
      at: Date.UTC(2025, 0, 1, 0, 0, 1),
      segments: 2,
    });
    expect(events[2]).toMatchObject({ ...base, type: 'delivered', id });
    expect(events[3]).toMatchObject({ type: 'failed', error: '30003' });
    expect(events[4]).toMatchObject({ type: 'failed', error: '30007' });
    expect(events[5]).toEqual({
      type: 'received',
      id: 'SM0000000000000000000000000000004',
      at: Date.UTC(2025, 0, 1, 0, 0, 5),
      provider: 'twilio',
      to: '36200',
      from: '+15005550001',
      text: 'STOP',
    });
  });

  it('knows a refusal because of STOP from other failures', () => {
    const failed = twilio[3];
    const of = (errorCode: unknown) => event({ ...failed, data: { ...failed?.data, errorCode } }, preset);
    for (const code of ['21610', 21610])
      expect(of(code)).toMatchObject({ error: '21610', errorClass: 'blocked_by_stop' });
    expect(of('30007')).toMatchObject({ error: '30007', errorClass: undefined });
  });

  it('names Twilio’s own fields in what it refuses', () => {
    const [first] = twilio;
    const data = { ...first?.data, messageSid: undefined };
    expect(event({ ...first, data }, preset)).toMatchObject({
      reason: 'missing_field',
      detail: 'data.messageSid is missing.',
    });
    expect(event({ ...first, type: 'com.twilio.messaging.message.moved' }, preset)).toMatchObject({
      reason: 'bad_type',
    });
  });
});

describe.each([
  'auto',
  'aws-end-user-messaging',
] as const)('AWS End User Messaging, read with preset %s', (preset) => {
  const delivered = {
    type: 'delivered',
    id: '862a8790-60c0-4430-9b2b-658bdexample',
    at: 1686975103470,
    provider: 'aws',
    to: '+14255550156',
    from: '+12065550152',
    category: 'marketing',
    segments: 1,
  };

  it('reads the documented sample, bare, from EventBridge, from SNS and in a CloudEvents envelope', () => {
    const ways = [
      aws,
      { 'detail-type': 'Text Message Delivery Status Updated', source: 'aws.sms-voice', detail: aws },
      { Type: 'Notification', Message: JSON.stringify(aws) },
      { specversion: '1.0', type: 'aws', id: '1', data: aws },
    ];
    for (const way of ways) expect(event(way, preset)).toEqual(delivered);
  });

  it.each([
    ['TEXT_QUEUED', 'submitted'],
    ['TEXT_SENT', 'sent'],
    ['TEXT_PENDING', 'sent'],
    ['TEXT_DELIVERED', 'delivered'],
  ])('takes %s for %s', (eventType, type) => {
    expect(event({ ...aws, eventType }, preset)).toMatchObject({ type, error: undefined });
  });

  it('takes every other text event for a failure, with its status for an error', () => {
    for (const status of [
      'INVALID',
      'UNREACHABLE',
      'BLOCKED',
      'CARRIER_BLOCKED',
      'SPAM',
      'TTL_EXPIRED',
      'UNKNOWN',
    ])
      expect(event({ ...aws, eventType: `TEXT_${status}`, messageStatus: status }, preset)).toMatchObject({
        type: 'failed',
        error: status,
      });
  });

  it('takes campaign, order and category from the sender’s context', () => {
    const context = { campaign: 'spring', order: 'o-1', category: 'otp' };
    expect(event({ ...aws, context }, preset)).toMatchObject(context);
  });

  it('reads a two-way message with the date of its notification', () => {
    expect(event(twoWay, preset)).toEqual({
      type: 'received',
      id: 'cae173d2-66b9-564c-8309-21f858e9fb84',
      at: Date.UTC(2025, 0, 1),
      provider: 'aws',
      to: '+12125550101',
      from: '+14255550182',
      text: 'EXAMPLE',
    });
  });

  it('refuses events of no message, and names AWS’s own fields', () => {
    expect(event({ ...aws, eventType: 'REGISTRATION_DONE' }, preset)).toMatchObject({
      reason: 'bad_type',
      detail: expect.stringMatching(/^eventType is "REGISTRATION_DONE"/),
    });
    expect(event({ ...aws, eventTimestamp: 'x' }, preset)).toMatchObject({
      reason: 'bad_date',
      detail: expect.stringContaining('eventTimestamp'),
    });
  });
});

describe('a preset that is named', () => {
  it('takes nothing of another’s', () => {
    expect(event(aws, 'tocsin')).toMatchObject({ ok: false });
    expect(event(aws, 'twilio-event-streams')).toMatchObject({ reason: 'unknown_format' });
    expect(event(twilio[0], 'tocsin')).toMatchObject({ reason: 'unknown_format' });
    expect(event(twilio[0], 'aws-end-user-messaging')).toMatchObject({ reason: 'unknown_format' });
    expect(event(sent(), 'twilio-event-streams')).toMatchObject({ reason: 'unknown_format' });
    expect(event({ type: 'sent' }, 'tocsin')).toMatchObject({ reason: 'missing_field' });
  });
});
