/** Real Apache Kafka brokers in KRaft mode, one node each, from the jars that Maven has; or librdkafka's mock. */
import { randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { type Secure, scramArguments, secureProperties, selfSign } from './kafka-secure.ts';
import { freePorts, type Running, run, start } from './process.ts';
import { obtain } from './programs.ts';
import { until } from './until.ts';

export const KAFKA_3 = '3.9.2';
export const KAFKA_4 = '4.3.0';

export interface KafkaServer {
  readonly brokers: string;
  /** Only when asked for. */
  readonly secure?: Secure;
  /** Only when asked for: the port of the listener that tells its clients to come to `front`. */
  readonly behind?: number;
  stop(): Promise<void>;
  /** Killed, and started again on what its disk has. */
  restart(): Promise<void>;
}

const CACHE = resolve(import.meta.dirname, '../../.cache');
/** Brokers are many on one machine and live for minutes: start fast, stay small. */
const JVM = ['-Xmx512m', '-Xms64m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

const pom = (version: string) => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin.test</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies><dependency>
    <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;

/** The folder of one version's jars, fetched once; renamed into place when complete. */
export const kafkaJars = async (version: string): Promise<string> => {
  const folder = join(CACHE, `kafka-${version}`);
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  if (there) return folder;
  const maven = await obtain(['mvn'], ['maven', 'default-jre-headless']);
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, 'fetch-'));
  await writeFile(join(work, 'pom.xml'), pom(version));
  await run(maven, ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
    cwd: work,
    timeout: 300_000,
  });
  // Another run may have put its own there meanwhile; either will do.
  await rename(join(work, 'jars'), folder).catch(() => access(folder));
  await rm(work, { recursive: true, force: true });
  return folder;
};

interface Ports {
  readonly port: number;
  readonly controller: number;
  readonly secure?: number | undefined;
  /** Listens on `behind`, and is known to its clients as `front`. */
  readonly behind?: number | undefined;
  readonly front?: number | undefined;
}

const door = (name: string, port: number | undefined) =>
  port === undefined ? '' : `,${name}://127.0.0.1:${port}`;

const properties = (
  { port, controller, secure, behind, front }: Ports,
  data: string,
) => `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}${door('SECURE', secure)}${door('FRONT', behind)}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}${door('SECURE', secure)}${door('FRONT', front)}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL,FRONT:PLAINTEXT
log.dirs=${data}
num.partitions=1
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
log.retention.check.interval.ms=1000
log.cleaner.backoff.ms=200
log.segment.delete.delay.ms=100
`;

const answers = async (brokers: string): Promise<boolean> => {
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers: members } = await admin.describeCluster();
    return members.length > 0;
  } finally {
    await admin.disconnect();
  }
};

const ready = (broker: Running, brokers: string, log: string): Promise<boolean> =>
  until(
    async () => {
      if (broker.exited()) return 'ended';
      return (await answers(brokers).catch(() => false)) ? 'ready' : undefined;
    },
    { within: 60_000, every: 150 },
  ).then(async (state) => {
    if (state === 'ready') return true;
    throw new Error(`the broker ended at once: ${(await readFile(log, 'utf8')).slice(-2_000)}`);
  });

export interface KafkaOptions {
  /** A second listener, with TLS and SASL. */
  readonly secure?: boolean;
  /** A port of this machine with a proxy on it: a listener that sends its clients there. */
  readonly front?: number;
}

const launch = async (folder: string, { secure = false, front }: KafkaOptions): Promise<KafkaServer> => {
  const java = await obtain(['java'], ['default-jre-headless']);
  const work = await mkdtemp(join(tmpdir(), 'tocsin-kafka-'));
  const [port = 0, controller = 0, extra = 0] = await freePorts(3);
  const config = join(work, 'server.properties');
  const log = join(work, 'broker.log');
  const signed = secure ? await selfSign(work) : undefined;
  const second = secure ? { secure: extra } : front === undefined ? {} : { behind: extra, front };
  const plain = properties({ port, controller, ...second }, join(work, 'data'));
  await writeFile(config, plain + (signed ? secureProperties(signed.store) : ''));
  const jvm = [...JVM, '-cp', join(folder, '*')];
  const id = randomBytes(16).toString('hex').slice(0, 22);
  const users = secure ? scramArguments : [];
  await run(java, [...jvm, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', config, ...users]);

  const begin = () => start({ command: java, args: [...jvm, 'kafka.Kafka', config], cwd: work, log });
  let broker = begin();
  const stop = async () => {
    // Nothing on its disk is wanted any more, so there is nothing to shut down in order.
    await broker.kill9();
    await rm(work, { recursive: true, force: true });
  };
  try {
    await ready(broker, `127.0.0.1:${port}`, log);
  } catch (error) {
    await stop();
    throw error;
  }
  const security = signed && { brokers: `127.0.0.1:${extra}`, ca: signed.ca };
  return {
    brokers: `127.0.0.1:${port}`,
    secure: security,
    ...(front === undefined ? {} : { behind: extra }),
    stop,
    restart: async () => {
      await broker.kill9();
      broker = begin();
      await ready(broker, `127.0.0.1:${port}`, log);
    },
  };
};

/** One broker of that version. A port lost to another process between choosing and binding is chosen again. */
export const startKafka = async (version: string, options: KafkaOptions = {}): Promise<KafkaServer> => {
  const folder = await kafkaJars(version);
  return launch(folder, options).catch(() => launch(folder, options));
};

/** librdkafka's mock cluster, for machines where no broker can be had: enough for protocol tests. */
export const startMockKafka = async (): Promise<KafkaServer> => {
  const kcat = await obtain(['kcat', 'kafkacat'], ['kcat']);
  const work = await mkdtemp(join(tmpdir(), 'tocsin-kafka-'));
  const log = join(work, 'mock.log');
  // kcat has no command for it, but its library starts a mock cluster for a consumer that asks, and logs where.
  const mock = '-C -E -b mock -t none -X test.mock.num.brokers=1 -d mock'.split(' ');
  const broker = start({ command: kcat, args: mock, log });
  const brokers = await until(async () => /bootstrap\.servers=(\S+)/.exec(await readFile(log, 'utf8'))?.[1]);
  const stop = async () => {
    await broker.kill9();
    await rm(work, { recursive: true, force: true });
  };
  const restart = () => Promise.reject(new Error('the mock cluster keeps nothing'));
  return { brokers, stop, restart };
};
