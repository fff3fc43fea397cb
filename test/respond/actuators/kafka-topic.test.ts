import { randomBytes } from 'node:crypto';
import kafkajs, { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { duration, ms } from '../../../src/events/event.ts';
import { type ActuatorOrder, TAKEN } from '../../../src/respond/actuators/actuator.ts';
import { type ControlTopic, createControlTopic } from '../../../src/respond/actuators/kafka-topic.ts';
import { createActuators } from '../../../src/respond/actuators/run.ts';
import { createTopic, readTopic } from '../../support/kafka-topic.ts';

const versions = Object.entries({ '4.x': process.env.KAFKA_BROKERS, '3.9': process.env.KAFKA_39_BROKERS });
const servers = versions.flatMap(([version, brokers]) => (brokers ? [{ version, brokers }] : []));

const topicOn = (brokers: string, topic: string, warnings: object[] = []): ControlTopic => {
  const { kafka: config } = configSchema.parse({ intake: { kafka: { brokers: brokers.split(',') } } }).intake;
  if (!config) throw new Error('no kafka in the configuration');
  const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(JSON.parse(line)) });
  return createControlTopic({ topic, config, log });
};
const pause: ActuatorOrder = {
  action: 'pause',
  target: { provider: 'alpha', campaign: 'spring' },
  incident: 'alpha-20261028T190004Z',
  reason: 'a burst by night',
  since: ms(1_793_214_004_000),
  token: 7,
};
const patient = () => AbortSignal.timeout(20_000);

describe.skipIf(servers.length === 0 || process.env.TOCSIN_KAFKA === 'mock')('the control topic', () => {
  it.each(servers)('is made compacted, and holds each pause until it is resumed ($version)', async ({
    brokers,
  }) => {
    const topic = `control-${randomBytes(6).toString('hex')}`;
    const control = topicOn(brokers, topic);
    const other = { ...pause, target: { provider: 'beta' }, incident: null, token: 8 };

    expect(await control.carryOut(pause, patient())).toEqual(TAKEN);
    expect(await control.carryOut(other, patient())).toEqual(TAKEN);
    expect(await control.carryOut({ ...pause, action: 'resume', token: 9 }, patient())).toEqual(TAKEN);
    await control.close();

    expect(await policyOf(brokers, topic)).toBe('compact');
    const records = await readTopic(brokers, topic, 3);
    expect(
      records.map(({ key, headers }) => [key, headers['tocsin-action'], headers['tocsin-token']]),
    ).toEqual([
      ['alpha,campaign=spring', 'pause', '7'],
      ['beta', 'pause', '8'],
      ['alpha,campaign=spring', 'resume', '9'],
    ]);
    expect(JSON.parse(records[0]?.value ?? '')).toEqual({
      provider: 'alpha',
      campaign: 'spring',
      incident: 'alpha-20261028T190004Z',
      reason: 'a burst by night',
      since: 1_793_214_004_000,
      token: 7,
    });
    expect(records[2]?.value).toBe('null');
  });

  it.each(servers)('says when a topic that was there forgets pauses ($version)', async ({ brokers }) => {
    const { topic, close } = await createTopic(brokers, 1);
    const warnings: object[] = [];
    const control = topicOn(brokers, topic, warnings);

    expect(await control.carryOut(pause, patient())).toEqual(TAKEN);
    await control.close();
    await close();

    expect(warnings).toMatchObject([{ topic, msg: expect.stringContaining('cleanup.policy=compact') }]);
  });
});

describe('a control topic that cannot be reached', () => {
  it('shows the record it would write', () => {
    expect(topicOn('127.0.0.1:1', 'control').show(pause)).toEqual({
      requests: [
        expect.stringMatching(/^a record on topic control\nkey alpha\S*\nvalue \{"provider":"alpha"/),
      ],
    });
  });

  it('holds nothing up', async () => {
    const control = topicOn('127.0.0.1:1', 'control');
    const impatient = { ...control, timeout: duration(50), deadline: duration(60) };
    const { run } = createActuators(() => [impatient], { log: pino({ level: 'silent' }) });

    expect(await run(pause)[0]?.outcome).toMatchObject({
      kind: 'not_taken',
      why: expect.stringContaining('had no answer within 0.05 s'),
    });
  });
});

const policyOf = async (brokers: string, topic: string): Promise<string | undefined> => {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: ['cleanup.policy'] }],
  });
  await admin.disconnect();
  return resources[0]?.configEntries[0]?.configValue;
};
