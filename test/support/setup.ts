/**
 * Before the tests: real servers for the chosen tests, and their addresses in the environment.
 * In: REDIS_URL and KAFKA_BROKERS when given; else Docker's engine; else servers this starts by itself.
 * Out: REDIS_URL, KAFKA_BROKERS, KAFKA_39_BROKERS, CHROMIUM_PATH; everything started is stopped at the end.
 */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { KAFKA_3, KAFKA_4, startKafka, startMockKafka } from './kafka-server.ts';
import { freePorts, obtain, onPath, run } from './process.ts';
import { startRedis } from './redis-server.ts';

type Stop = () => Promise<unknown>;
const ROOT = resolve(import.meta.dirname, '../..');
const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const missing: string[] = [];
const miss = (what: string, error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  missing.push(what);
  console.error(`\nMISSING: ${what}\n  ${why.trim()}\n`);
};

/** What the chosen tests name: a run of one pure test starts no broker. */
const needs = async (project: TestProject) => {
  // Not in vitest's types: without it, every test file is looked at, which only starts more than is needed.
  const { filenamePattern } = project.vitest as { filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  const texts = await Promise.all(testFiles.map(async (file) => file + (await readFile(file, 'utf8'))));
  const some = (pattern: RegExp) => texts.some((text) => pattern.test(text));
  return { redis: some(/redis/i), kafka: some(/kafka/i), chromium: some(/chromium|playwright/i) };
};

const dockerAnswers = async (): Promise<boolean> => {
  if (!(await onPath('docker'))) return false;
  return run('docker', ['info'], { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
};

/** Redis and Kafka as docker-compose.yml has them, under a project and on ports of this run's own. */
const composeUp = async (): Promise<Stop> => {
  const [redis, kafka] = await freePorts(2);
  const env = { ...process.env, TOCSIN_REDIS_PORT: `${redis}`, TOCSIN_KAFKA_PORT: `${kafka}` };
  const compose = (...args: string[]) =>
    run('docker', ['compose', '-p', `tocsin-test-${process.pid}`, ...args], { cwd: ROOT, env });
  const down = () => compose('down', '-v', '--timeout', '1');
  try {
    await compose('up', '-d', '--wait', 'redis', 'kafka');
  } catch (error) {
    await down().catch(() => undefined);
    throw error;
  }
  process.env.REDIS_URL ??= `redis://127.0.0.1:${redis}`;
  process.env.KAFKA_BROKERS ??= `127.0.0.1:${kafka}`;
  return down;
};

const redisUp = async (stops: Stop[]): Promise<void> => {
  if (process.env.REDIS_URL) return;
  const redis = await startRedis();
  stops.push(redis.stop);
  process.env.REDIS_URL = redis.url;
};

/** A broker of each supported major version; the mock when neither can be had. */
const kafkaUp = async (stops: Stop[]): Promise<void> => {
  if (process.env.KAFKA_BROKERS) return;
  const [four, three] = await Promise.allSettled([startKafka(KAFKA_4), startKafka(KAFKA_3)]);
  if (four.status === 'fulfilled') {
    stops.push(four.value.stop);
    process.env.KAFKA_BROKERS = four.value.brokers;
  } else miss(`Kafka ${KAFKA_4}`, four.reason);
  if (three.status === 'fulfilled') {
    stops.push(three.value.stop);
    process.env.KAFKA_39_BROKERS = three.value.brokers;
  } else miss(`Kafka ${KAFKA_3}`, three.reason);
  if (process.env.KAFKA_BROKERS || process.env.KAFKA_39_BROKERS) return;
  const mock = await startMockKafka();
  stops.push(mock.stop);
  process.env.KAFKA_BROKERS = mock.brokers;
  process.env.TOCSIN_KAFKA = 'mock';
};

const chromiumUp = async (): Promise<void> => {
  if (process.env.CHROMIUM_PATH) return;
  process.env.CHROMIUM_PATH = await obtain(CHROMIUMS, ['chromium']);
};

const startAll = async (project: TestProject, stops: Stop[]): Promise<void> => {
  const need = await needs(project);
  const wanted = (need.redis && !process.env.REDIS_URL) || (need.kafka && !process.env.KAFKA_BROKERS);
  if (wanted && (await dockerAnswers()))
    await composeUp().then(
      (down) => stops.push(down),
      (error) => console.error(`Docker answers, but its servers do not start; starting our own.\n  ${error}`),
    );
  await Promise.all([
    need.redis && redisUp(stops).catch((error) => miss('Redis', error)),
    need.kafka && kafkaUp(stops).catch((error) => miss('Kafka', error)),
    need.chromium && chromiumUp().catch((error) => miss('Chromium', error)),
  ]);
};

export default async (project: TestProject) => {
  const stops: Stop[] = [];
  const stopAll = () => Promise.all(stops.map((stop) => stop()));
  await startAll(project, stops);
  // reporter.ts repeats it at the end, where it is read.
  process.env.TOCSIN_MISSING = missing.join(', ');
  if (missing.length > 0 && process.env.CI === 'true') {
    await stopAll();
    throw new Error(`CI must test everything; missing: ${missing.join(', ')}`);
  }
  return stopAll;
};
