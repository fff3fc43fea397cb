import { describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { doubtSlack, signSlack } from '../../../src/notify/slack/signature.ts';

/** The example of Slack's documentation. */
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const timestamp = '1531420618';
const body =
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V' +
  '&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=' +
  '&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN' +
  '&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c';
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const now = ms(1_531_420_618_000);
const headers = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };

describe('a request from Slack', () => {
  it('is signed as Slack documents it', () => {
    expect(signSlack(timestamp, body, secret)).toBe(signature);
    expect(doubtSlack(headers, body, { secret, now })).toBeUndefined();
  });

  it.each([
    [-300_000, undefined],
    [300_000, undefined],
    [-300_001, 'too old'],
    [300_001, 'too old'],
  ])('is believed within five minutes of its time: %i ms', (off, doubt) => {
    const said = doubtSlack(headers, body, { secret, now: ms(now + off) });
    if (doubt) expect(said).toContain(doubt);
    else expect(said).toBeUndefined();
  });

  it.each([
    ['another body', { ...headers }, `${body} `, secret],
    ['another secret', { ...headers }, body, 'other'],
    ['another time', { ...headers, 'x-slack-request-timestamp': '1531420619' }, body, secret],
    ['a time that is none', { ...headers, 'x-slack-request-timestamp': '1e9' }, body, secret],
    ['a short signature', { ...headers, 'x-slack-signature': 'v0=a2' }, body, secret],
    ['no signature', { 'x-slack-request-timestamp': timestamp }, body, secret],
    ['no time', { 'x-slack-signature': signature }, body, secret],
  ])('is not believed with %s', (_what, shown, text, key) => {
    expect(doubtSlack(shown, text, { secret: key, now })).toBeDefined();
  });
});
