import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { ms } from '../../../src/events/event.ts';
import { type ActuatorOrder, type ActuatorOutcome, TAKEN } from '../../../src/respond/actuators/actuator.ts';
import { actuatorsOf } from '../../../src/respond/actuators/from-config.ts';
import { type Actuators, createActuators } from '../../../src/respond/actuators/run.ts';
import {
  type Call,
  type FakeProvider,
  hang,
  json,
  type Manner,
  startFakeProvider,
  status,
} from '../../support/fake-provider.ts';

const ENV = {
  TWILIO_ACCOUNT_SID: 'ACmain',
  TWILIO_AUTH_TOKEN: 's3cret',
  INFOBIP_API_KEY: 's3cret',
  SINCH_SERVICE_PLAN_ID: 'plan1',
  SINCH_API_TOKEN: 's3cret',
  VONAGE_API_KEY: 'abc123',
  VONAGE_API_SECRET: 's3cret',
};
const basic = (user: string) => `Basic ${Buffer.from(`${user}:s3cret`).toString('base64')}`;
const SPRING = { provider: 'alpha', campaign: 'spring' };
const ALL = { provider: 'alpha' };

interface Preset {
  readonly config: object;
  readonly target: ActuatorOrder['target'];
  /** The documented API, with a state of its own. */
  readonly api: () => Manner;
  readonly authorization: string;
  readonly pause: Pick<Call, 'method' | 'url' | 'body'>;
  readonly undo?: Pick<Call, 'method' | 'url' | 'body'>;
  /** What it cannot stop. */
  readonly not: ActuatorOrder['target'];
}

/** A resource with a status that a form or JSON field sets. */
const resource =
  (field: string, first: unknown, read: (call: Call) => unknown): (() => Manner) =>
  () => {
    let state = first;
    return (response, call) => {
      if (call.method !== 'GET') state = read(call);
      json({ [field]: state, sid: 'x' })(response, call);
    };
  };
const inForm = ({ body }: Call) => new URLSearchParams(body).get('Status');
const inJson = (field: string) => (call: Call) => JSON.parse(call.body)[field];

const PRESETS: Record<string, Preset> = {
  twilio: {
    config: { kind: 'twilio', subaccount: 'ACsub' },
    target: ALL,
    api: resource('status', 'active', inForm),
    authorization: basic('ACmain'),
    pause: { method: 'POST', url: '/2010-04-01/Accounts/ACsub.json', body: 'Status=suspended' },
    undo: { method: 'POST', url: '/2010-04-01/Accounts/ACsub.json', body: 'Status=active' },
    not: SPRING,
  },
  'twilio-scheduled': {
    config: { kind: 'twilio-scheduled', ids: { spring: ['SM1'] } },
    target: SPRING,
    api: resource('status', 'scheduled', inForm),
    authorization: basic('ACmain'),
    pause: { method: 'POST', url: '/2010-04-01/Accounts/ACmain/Messages/SM1.json', body: 'Status=canceled' },
    not: ALL,
  },
  infobip: {
    config: { kind: 'infobip' },
    target: SPRING,
    api: resource('status', 'PENDING', inJson('status')),
    authorization: 'App s3cret',
    pause: { method: 'PUT', url: '/sms/1/bulks/status?bulkId=spring', body: '{"status":"PAUSED"}' },
    undo: { method: 'PUT', url: '/sms/1/bulks/status?bulkId=spring', body: '{"status":"PROCESSING"}' },
    not: ALL,
  },
  sinch: {
    config: { kind: 'sinch', ids: { spring: ['01FC'] } },
    target: SPRING,
    api: resource('canceled', false, () => true),
    authorization: 'Bearer s3cret',
    pause: { method: 'DELETE', url: '/xms/v1/plan1/batches/01FC', body: '' },
    not: ALL,
  },
  vonage: {
    config: { kind: 'vonage', subaccount: 'sub1' },
    target: ALL,
    api: resource('suspended', false, inJson('suspended')),
    authorization: basic('abc123'),
    pause: { method: 'PATCH', url: '/accounts/abc123/subaccounts/sub1', body: '{"suspended":true}' },
    undo: { method: 'PATCH', url: '/accounts/abc123/subaccounts/sub1', body: '{"suspended":false}' },
    not: { ...ALL, category: 'marketing' },
  },
};

describe.each(Object.entries(PRESETS))('the preset %s', (kind, preset) => {
  let provider: FakeProvider;
  let actuators: Actuators;
  let waits: number[];
  beforeEach(async () => {
    provider = await startFakeProvider(preset.api());
    waits = [];
    actuators = running();
  });
  afterEach(() => provider.stop());

  /** Time passes only in waits. */
  const running = (timeout = '10s') => {
    let now = 0;
    const actuator = { ...preset.config, url: `${provider.url}/`, timeout };
    const { providers } = configSchema.parse({ providers: { alpha: { actuators: [actuator] } } });
    return createActuators(actuatorsOf(providers, ENV, []).of, {
      log: pino({ level: 'silent' }),
      now: () => now,
      sleep: async (wait) => {
        waits.push(wait);
        now += wait;
      },
      random: () => 0.5,
    });
  };
  const give = async (
    action: 'pause' | 'resume',
    token = 7,
    target = preset.target,
  ): Promise<ActuatorOutcome> => {
    const order = { action, target, incident: null, reason: 'a burst', since: ms(0), token };
    const [one] = actuators.run(order);
    if (one?.name !== kind) throw new Error('not the actuator that was configured');
    return one.outcome;
  };
  const effect = async () => (await actuators.verify(preset.target))[0]?.effect.kind;

  test('pauses by the documented request, and can be asked', async () => {
    expect(await effect()).toBe('not_in_effect');

    expect(await give('pause')).toEqual(TAKEN);

    expect(provider.calls[1]).toMatchObject(preset.pause);
    expect(provider.calls[1]?.headers.authorization).toBe(preset.authorization);
    expect(await effect()).toBe('in_effect');
  });

  test('undoes it, or says that it cannot', async () => {
    await give('pause');

    const undone = await give('resume', 8);

    if (preset.undo) {
      expect(undone).toEqual(TAKEN);
      expect(provider.calls.at(-1)).toMatchObject(preset.undo);
      expect(await effect()).toBe('not_in_effect');
    } else {
      expect(undone).toMatchObject({ why: expect.stringContaining('cannot be started again') });
      expect(await effect()).toBe('in_effect');
    }
  });

  test('says what it cannot stop', async () => {
    expect(await give('pause', 7, preset.not)).toMatchObject({
      why: expect.stringMatching(/^it stops .* only$/),
    });
    expect(provider.calls).toEqual([]);
  });

  test('does no harm twice: what is refused because it is done already is taken', async () => {
    await give('pause');
    provider.next(json({ code: 30409, message: 'cannot' }, 400));

    expect(await give('pause')).toEqual(TAKEN);
  });

  test.each<[string, readonly Manner[], string]>([
    [
      '401',
      [json({ code: 20003 }, 401)],
      'was answered 401 (code 20003): the credentials are refused; check ',
    ],
    ['404', [json({ code: 20404 }, 404), status(404)], 'was answered 404 (code 20404): there is no such'],
    ['a redirect', [status(307, { location: 'http://127.0.0.1:1/' })], 'was answered 307: a redirect is not'],
    ['an odd answer', [json({ odd: true }), json({ odd: true })], 'is missing'],
  ])('gives up at once on %s', async (_name, manners, why) => {
    provider.next(...manners);

    const outcome = await give('pause');

    expect(outcome).toMatchObject({ kind: 'not_taken', why: expect.stringContaining(why) });
    expect(JSON.stringify(outcome)).not.toContain('s3cret');
    expect(waits).toEqual([]);
  });

  test.each<[string, Manner, number]>([
    ['429 with Retry-After', status(429, { 'retry-after': '2' }), 2_000],
    ['500', status(500), 250],
    ['no JSON', status(200, {}, '<html>'), 250],
  ])('tries again after %s', async (_name, manner, wait) => {
    provider.next(manner);

    expect(await give('pause')).toEqual(TAKEN);
    expect(waits).toEqual([wait]);
  });

  test('tries again after silence', async () => {
    actuators = running('500ms');
    provider.next(hang);

    expect(await give('pause')).toEqual(TAKEN);
    expect(waits[0]).toBe(250);
  });
});

test('Infobip cancels for good when told to, and a bulk that has finished needs no pause', async () => {
  const provider = await startFakeProvider(json({ bulkId: 'b', status: 'FINISHED' }));
  const made = (bulks: string) => {
    const actuator = { kind: 'infobip', url: provider.url, ids: 'tocsin-{campaign}', bulks };
    const { providers } = configSchema.parse({ providers: { alpha: { actuators: [actuator] } } });
    return createActuators(actuatorsOf(providers, ENV, []).of, { log: pino({ level: 'silent' }) });
  };
  const order = { target: SPRING, incident: null, reason: 'a burst', since: ms(0), token: 7 };

  expect(await made('cancel').run({ ...order, action: 'pause' })[0]?.outcome).toEqual(TAKEN);
  expect(provider.calls[0]).toMatchObject({
    url: '/sms/1/bulks/status?bulkId=tocsin-spring',
    body: '{"status":"CANCELED"}',
  });
  expect(await made('pause').run({ ...order, action: 'pause' })[0]?.outcome).toEqual(TAKEN);
  expect(await made('cancel').run({ ...order, action: 'resume' })[0]?.outcome).toMatchObject({
    why: expect.stringContaining('cannot be started again'),
  });
  await provider.stop();
});
