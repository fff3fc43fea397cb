/**
 * Before the tests: what the chosen tests need (needs.ts), and its addresses in the environment.
 * In: REDIS_URL and KAFKA_BROKERS when given; else Docker's engine; else servers this starts by itself.
 * Out: REDIS_URL, KAFKA_BROKERS, KAFKA_39_BROKERS, CHROMIUM_PATH, and tocsin built; everything started is stopped at
 * the end.
 */
import type { TestProject } from 'vitest/node';
import { buildOnce, ROOT } from './build.ts';
import { KAFKA_3, KAFKA_4, startKafka, startMockKafka } from './kafka-server.ts';
import { type Need, needsOf } from './needs.ts';
import { freePorts, run } from './process.ts';
import { obtain, onPath } from './programs.ts';
import { startRedis } from './redis-server.ts';

type Stop = () => Promise<unknown>;
const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const missing: string[] = [];
const miss = (what: string, error: unknown) => {
  const why = error instanceof Error ? error.message : String(error);
  missing.push(what);
  console.error(`\nMISSING: ${what}\n  ${why.trim()}\n`);
};

/** What the chosen tests need together: a run of one pure test starts nothing. */
const needs = async ({ vitest }: TestProject): Promise<ReadonlySet<Need>> => {
  // Not in vitest's types: without it, every test file is looked at, which only starts more than is needed.
  const { filenamePattern } = vitest as { filenamePattern?: string[] };
  const chosen = await Promise.all(vitest.projects.map((one) => one.globTestFiles(filenamePattern)));
  const files = chosen.flatMap(({ testFiles }) => testFiles);
  return new Set(files.flatMap((file) => [...needsOf(file)]));
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

/**
 * A broker of the newest version for all that need one, and one of the oldest where that is what is tested; `given`:
 * the brokers to test with were chosen by who started the run. The mock when no real one can be had.
 */
const kafkaUp = async (need: ReadonlySet<Need>, given: boolean, stops: Stop[]): Promise<void> => {
  const up = async (version: string, name: 'KAFKA_BROKERS' | 'KAFKA_39_BROKERS') => {
    if (given || process.env[name]) return;
    const broker = await startKafka(version).catch((error) => miss(`Kafka ${version}`, error));
    if (!broker) return;
    stops.push(broker.stop);
    process.env[name] = broker.brokers;
  };
  await Promise.all([
    need.has('kafka') && up(KAFKA_4, 'KAFKA_BROKERS'),
    need.has('kafka39') && up(KAFKA_3, 'KAFKA_39_BROKERS'),
  ]);
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

const startAll = async (need: ReadonlySet<Need>, stops: Stop[]): Promise<void> => {
  const given = Boolean(process.env.KAFKA_BROKERS);
  const kafka = need.has('kafka') || need.has('kafka39');
  const wanted = (need.has('redis') && !process.env.REDIS_URL) || (need.has('kafka') && !given);
  if (wanted && (await dockerAnswers()))
    await composeUp().then(
      (down) => stops.push(down),
      (error) => console.error(`Docker answers, but its servers do not start; starting our own.\n  ${error}`),
    );
  await Promise.all([
    need.has('redis') && redisUp(stops).catch((error) => miss('Redis', error)),
    kafka && kafkaUp(need, given, stops).catch((error) => miss('Kafka', error)),
    need.has('chromium') && chromiumUp().catch((error) => miss('Chromium', error)),
    need.has('build') && buildOnce(),
  ]);
};

export default async (project: TestProject) => {
  const stops: Stop[] = [];
  const stopAll = () => Promise.all(stops.map((stop) => stop()));
  try {
    await startAll(await needs(project), stops);
    // reporter.ts repeats it at the end, where it is read.
    process.env.TOCSIN_MISSING = missing.join(', ');
    if (missing.length > 0 && process.env.CI === 'true')
      throw new Error(`CI must test everything; missing: ${missing.join(', ')}`);
  } catch (error) {
    await stopAll();
    throw error;
  }
  return stopAll;
};
