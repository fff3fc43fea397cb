/** TLS and SASL against a real broker that this file starts for itself. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { type Duration, type Ms, ms } from '../../../src/events/event.ts';
import type { KafkaSettings } from '../../../src/intake/kafka/client.ts';
import { createKafkaIntake } from '../../../src/intake/kafka/kafka.ts';
import { createFakeStore } from '../../support/fake-store.ts';
import { type Secure, selfSign, USER } from '../../support/kafka-secure.ts';
import { KAFKA_4, type KafkaServer, kafkaJars, startKafka } from '../../support/kafka-server.ts';
import { createTopic } from '../../support/kafka-topic.ts';
import { freePorts } from '../../support/process.ts';
import { until } from '../../support/until.ts';

const without = !process.env.KAFKA_BROKERS || process.env.TOCSIN_KAFKA === 'mock';
const within = { within: 120_000 };

describe.skipIf(without)('Kafka intake on a listener with TLS and SASL', () => {
  let kafka: KafkaServer | undefined;
  let secure: Secure;
  const cleanups: (() => unknown)[] = [];

  beforeAll(async () => {
    const jars = await kafkaJars(KAFKA_4).catch((error: unknown) => {
      if (process.env.CI === 'true') throw error;
      console.error(`\nMISSING: Kafka ${KAFKA_4} with TLS and SASL, which is NOT tested\n  ${error}\n`);
    });
    if (!jars) return;
    kafka = await startKafka(KAFKA_4, { secure: true });
    if (!kafka.secure) throw new Error('the broker has no secure listener');
    secure = kafka.secure;
  }, 120_000);
  afterAll(() => kafka?.stop());
  beforeEach((context) => context.skip(!kafka, 'no broker with TLS and SASL'));
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const read = async (more: Partial<KafkaSettings>, password: string = USER.password) => {
    const topic = more.topic ?? `test-${randomBytes(6).toString('hex')}`;
    const { kafka: base } = configSchema.parse({
      intake: { kafka: { brokers: [secure.brokers], topic, group: topic } },
    }).intake;
    if (!base) throw new Error('no kafka in the configuration');
    const store = createFakeStore();
    const intake = createKafkaIntake({
      config: { ...base, tls: { ca: secure.ca }, sasl: 'plain', ...more },
      credentials: { ...USER, password },
      claim: store.claim,
      ingest: store.ingest,
      backpressure: () => ms(Number.POSITIVE_INFINITY),
      clock: () => Date.now() as Ms,
      lateness: 2_000 as Duration,
      patience: 30_000 as Duration,
      log: pino({ level: 'silent' }),
    });
    cleanups.push(intake.stop);
    await intake.start();
    return { intake, store };
  };

  /** A door before the broker that counts who comes in. */
  const countedDoor = async () => {
    const [port = 0] = await freePorts(1);
    let visits = 0;
    const door = createServer((visitor) => {
      visits++;
      const broker = connect(Number(secure.brokers.split(':')[1]), '127.0.0.1');
      for (const side of [visitor, broker]) side.on('error', () => [visitor, broker].map((s) => s.destroy()));
      visitor.pipe(broker).pipe(visitor);
    });
    await new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
    cleanups.push(() => door.close());
    return { brokers: [`127.0.0.1:${port}`], visits: () => visits };
  };

  const complaint = (intake: { problems(): string[] }, words: RegExp) =>
    until(() => intake.problems().find((problem) => words.test(problem)), within);

  it.each([
    'plain',
    'scram-sha-256',
    'scram-sha-512',
  ] as const)('reads what came over TLS, with %s', async (sasl) => {
    const ssl = { ca: [await readFile(secure.ca, 'utf8')] };
    const { topic, send, close } = await createTopic(secure.brokers, 1, {
      ssl,
      sasl: { mechanism: 'plain', ...USER },
    });
    cleanups.push(close);
    await send(0, ['one', 'two']);

    const { intake, store } = await read({ topic, sasl });
    await until(() => store.total() === 2, within);

    expect(store.of(`kafka:${topic}:0`).values).toEqual(['one', 'two']);
    expect(intake.problems()).toEqual([]);
  });

  it('says that the password is wrong, without saying it, and goes on trying', async () => {
    const { brokers, visits } = await countedDoor();
    const { intake } = await read({ brokers }, 'wrong-secret');

    await complaint(intake, /refuses user and password/);

    const before = visits();
    await until(() => visits() > before, within);

    expect(intake.problems().join()).not.toContain('wrong-secret');
  });

  it('says that the certificate is not trusted, and goes on trying', async () => {
    const { brokers, visits } = await countedDoor();
    const { ca } = await selfSign(dirname(secure.ca), 'stranger');
    const { intake } = await read({ brokers, tls: { ca } });

    await complaint(intake, /certificate/);

    const before = visits();
    await until(() => visits() > before, within);
  });
});
