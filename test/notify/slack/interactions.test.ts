/** The buttons over real HTTP, as Slack presses them, on the live server with its own guard in place. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { INTERACTIONS, registerSlackInteractions } from '../../../src/notify/slack/interactions.ts';
import { createMemoryOnce } from '../../../src/notify/slack/once.ts';
import { signSlack } from '../../../src/notify/slack/signature.ts';
import type { ButtonOrders } from '../../../src/respond/buttons.ts';
import { startLiveServer } from '../../support/live-server.ts';
import { createScriptedSource } from '../../support/live-source.ts';
import { until } from '../../support/until.ts';

const secret = 'shh';
let now = 1_790_000_000_000;
let url = '';
let done: string[];
let said: string[];
let answered: Array<Record<string, unknown>>;
/** What muting waits for. */
let ready: Promise<void>;
let canSay: boolean;
let slack: Server;
const stops: Array<() => unknown> = [];

beforeEach(async () => {
  [done, said, answered, canSay] = [[], [], [], true];
  ready = Promise.resolve();
  const orders: ButtonOrders = {
    acknowledge: async (incident, by) => {
      done.push(`acknowledge ${incident} ${by}`);
      return undefined;
    },
    mute: (_incident, by) => ready.then(() => `Muted by ${by}`),
    resume: () => Promise.reject(new Error('the gate does not answer')),
  };
  slack = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    answered.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end('ok');
  }).listen(0, '127.0.0.1');
  await until(() => slack.listening);
  const server = await startLiveServer(createScriptedSource().source, {
    token: 'a token that Slack does not have',
    register: (app) =>
      registerSlackInteractions(app, {
        signingSecret: secret,
        operators: ['U1'],
        orders,
        once: createMemoryOnce(() => now),
        say: async (incident, text) => {
          if (!canSay) throw new Error('the outbox is away');
          said.push(`${incident}: ${text}`);
        },
        clock: () => ms(now),
        log: pino({ level: 'silent' }),
      }),
  });
  url = `${server.url}${INTERACTIONS}`;
  stops.push(server.close, () => slack.close());
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const payload = (more: object = {}, action: object = {}) => ({
  type: 'block_actions',
  user: { id: 'U1', username: 'ana', name: 'ana', team_id: 'T1' },
  trigger_id: '12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3',
  response_url: `http://127.0.0.1:${(slack.address() as AddressInfo).port}/actions/T1/1`,
  container: { type: 'message', message_ts: '1548261231.000200', channel_id: 'C1' },
  actions: [
    {
      type: 'button',
      action_id: 'acknowledge',
      block_id: '=qXel',
      action_ts: '1548426417.840180',
      value: 'alpha-1',
      ...action,
    },
  ],
  ...more,
});

const press = (body: unknown, { key = secret, at = now } = {}) => {
  const text = `payload=${encodeURIComponent(typeof body === 'string' ? body : JSON.stringify(body))}`;
  const timestamp = `${Math.floor(at / 1000)}`;
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signSlack(timestamp, text, key),
    },
    body: text,
  });
};

describe('a button in Slack', () => {
  it('gives the order in the name of who pressed it', async () => {
    const response = await press(payload());
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    await until(() => done.length === 1);
    expect(done).toEqual(['acknowledge alpha-1 slack:U1 ana']);
    expect(said).toEqual([]);
  });

  it('of a menu goes to what was chosen', async () => {
    await press(
      payload({}, { type: 'static_select', value: undefined, selected_option: { value: 'beta-1' } }),
    );
    await until(() => done.length === 1);
    expect(done).toEqual(['acknowledge beta-1 slack:U1 ana']);
  });

  it('is answered before its order is carried out', async () => {
    let carryOut = (): void => undefined;
    ready = new Promise((resolve) => {
      carryOut = resolve;
    });
    expect((await press(payload({}, { action_id: 'mute' }))).status).toBe(200);
    expect(said).toEqual([]);
    carryOut();
    await until(() => said.length === 1);
  });

  it('tells the outcome in the thread, and why nothing was done', async () => {
    await press(payload({}, { action_id: 'mute' }));
    await until(() => said.length === 1);
    await press(payload({}, { action_id: 'resume' }));
    await until(() => said.length === 2);
    expect(said).toEqual([
      'alpha-1: Muted by slack:U1 ana',
      'alpha-1: Not done (resume, asked for by slack:U1 ana): the gate does not answer',
    ]);
  });

  it('tells the person alone when the thread cannot be told', async () => {
    canSay = false;
    await press(payload({}, { action_id: 'resume' }));
    await until(() => answered.length === 1);
    expect(answered[0]).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    expect(answered[0]?.text).toContain('the gate does not answer');
  });

  it('does nothing the second time the same press comes', async () => {
    await press(payload());
    await press(payload());
    now += 1_000;
    await press(payload());
    await press(payload({ trigger_id: 'another' }));
    await until(() => done.length === 2);
    expect(done).toHaveLength(2);
  });

  it('is not for everybody', async () => {
    expect((await press(payload({ user: { id: 'U2', name: 'eve' } }))).status).toBe(200);
    await until(() => answered.length === 1);
    expect(answered[0]?.text).toContain('notify.slack.operators');
    expect(done).toEqual([]);
  });

  it('of a kind that tocsin does not offer does nothing, and says so', async () => {
    for (const action_id of ['hands_off', 'constructor', 'drop']) await press(payload({}, { action_id }));
    await until(() => answered.length === 3);
    expect(done).toEqual([]);
  });

  it('pressed by somebody who does not know the secret is refused', async () => {
    expect((await press(payload(), { key: 'guessed' })).status).toBe(401);
    expect((await press(payload(), { at: now - 301_000 })).status).toBe(401);
    expect((await fetch(url, { method: 'POST' })).status).toBe(401);
    expect(done).toEqual([]);
  });

  it.each([
    ['no JSON', 'payload: no JSON'],
    [{ actions: [] }, 'payload.actions'],
    [{ user: {} }, 'payload.user.id'],
  ])('with a payload that lacks something is refused, and told why: %j', async (wrong, why) => {
    const response = await press(typeof wrong === 'string' ? wrong : payload(wrong));
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain(why);
  });

  it('cleans the name that people choose for themselves', async () => {
    await press(payload({ user: { id: 'U1', name: '<!channel> *ana*\n' } }));
    await until(() => done.length === 1);
    expect(done).toEqual(['acknowledge alpha-1 slack:U1 channel ana']);
  });
});
