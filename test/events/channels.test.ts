import { describe, expect, it } from 'vitest';
import { parseObject } from '../../src/events/parse.ts';
import aws from '../fixtures/aws-end-user-messaging.json' with { type: 'json' };
import twilio from '../fixtures/twilio-event-streams.json' with { type: 'json' };
import { EVENING, received, sent } from '../support/events.ts';

const event = (json: unknown) => {
  const parsed = parseObject(json, { preset: 'auto' });
  return parsed.ok ? parsed.event : parsed;
};
const [queued, twilioSent] = twilio;
const onTwilio = (type: string, data: object) => ({
  ...queued,
  type,
  data: { ...twilioSent?.data, ...data },
});

describe('what is no SMS', () => {
  it.each([
    ['whatsapp', { to: 'whatsapp:+33612345678', from: 'whatsapp:+33700000001' }],
    ['messenger', { to: 'messenger:1234567890123456', from: 'messenger:108' }],
    ['rcs', { to: '+33612345678', from: 'rcs:maison_lise_agent' }],
    ['rcs', { to: 'RCS:+33612345678', from: 'rcs:maison_lise_agent' }],
  ])('is %s by its addresses, on Twilio', (channel, addresses) => {
    expect(event(onTwilio('com.twilio.messaging.message.sent', addresses))).toEqual({
      type: 'other',
      channel,
      provider: 'twilio',
      id: `sent ${twilioSent?.data.messageSid}`,
      at: Date.UTC(2025, 0, 1, 0, 0, 1),
    });
  });

  it('is a read receipt, of the channel that its address names', () => {
    const read = 'com.twilio.messaging.message.read';
    expect(event(onTwilio(read, {}))).toMatchObject({ type: 'other', channel: 'read' });
    expect(event(onTwilio(read, { to: 'whatsapp:+33612345678' }))).toMatchObject({ channel: 'whatsapp' });
  });

  it.each([
    ['VOICE_COMPLETED', 'voice'],
    ['VOICE_TTL_EXPIRED', 'voice'],
    ['MEDIA_DELIVERED', 'mms'],
    ['MEDIA_FILE_INACCESSIBLE', 'mms'],
    ['TEXT_READ', 'read'],
  ])('is AWS’s %s', (eventType, channel) => {
    expect(event({ ...aws, eventType })).toEqual({
      type: 'other',
      channel,
      provider: 'aws',
      id: `${eventType} ${aws.messageId}`,
      at: aws.eventTimestamp,
    });
  });

  it('is what an application says came by another channel, or was answered there', () => {
    expect(event({ ...sent(), channel: 'WhatsApp', to: '+33612345678' })).toMatchObject({
      channel: 'whatsapp',
    });
    expect(event({ ...sent(), channel: 'email', to: 'nobody@example.org' })).toMatchObject({
      channel: 'email',
    });
    expect(event(received({ from: 'whatsapp:+33612345678', to: 'whatsapp:+33700000001' }))).toMatchObject({
      type: 'other',
      channel: 'whatsapp',
    });
  });

  it('is no SMS with a word or a sender like it', () => {
    for (const channel of ['sms', 'SMS', 'web', '', null, 7])
      expect(event({ ...sent(), channel })).toMatchObject({ type: 'sent' });
    for (const from of ['WhatsApp', 'Info: Lise', 'rcs', 'line'])
      expect(event({ ...sent(), from })).toMatchObject({ type: 'sent', from });
    expect(event({ ...sent(), to: 'pager:+33612345678' })).toMatchObject({
      ok: false,
      reason: 'bad_address',
    });
  });

  it('is still refused without its time, its id or its provider, and when it is dated ahead', () => {
    const other = { ...sent(), to: 'whatsapp:+33612345678' };
    expect(event({ ...other, at: 'soon' })).toMatchObject({ reason: 'bad_date' });
    expect(event({ ...other, id: undefined })).toMatchObject({
      reason: 'missing_field',
      detail: 'id is missing.',
    });
    expect(
      parseObject(
        { ...aws, eventType: 'VOICE_RINGING', eventTimestamp: EVENING + 1 },
        { preset: 'auto', latest: EVENING },
      ),
    ).toMatchObject({
      reason: 'in_the_future',
    });
  });
});
