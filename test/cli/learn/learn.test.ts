/** Learning from the past: what is left for the next start, and when it is refused. */

import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { configSchema } from '../../../src/config/schema.ts';
import { createEngine } from '../../../src/detect/engine.ts';
import { createLearned } from '../../../src/detect/learning/learned.ts';
import { BASELINES, forecastHour } from '../../../src/detect/statistics/baseline.ts';
import { createCalendar } from '../../../src/detect/statistics/calendar.ts';
import type { WatchState } from '../../../src/evaluate/checkpoint.ts';
import { DAY } from '../../../src/events/time.ts';
import { estimate } from '../../../src/windows/distinct.ts';
import { sent, wire } from '../../support/events.ts';
import { createTopic } from '../../support/kafka-topic.ts';
import { freePorts } from '../../support/process.ts';
import { startRun, tocsinResult } from '../../support/tocsin.ts';

const START = Date.parse('2026-09-07T00:00:00+02:00');
/** Low: no series is expected to bring less than a sixtieth of it. */
const PRIOR_RATE = 0.01;
const SERIES = 'sent{provider=alpha}';

/** One message a minute, two weeks: hours of low traffic, all alike. */
const twoWeeks = (days = 15): string[] =>
  Array.from({ length: days * 1_440 }, (_, index) =>
    wire(sent({ id: `h${index}`, at: START + index * 60_000, category: 'transactional' })),
  );

const setUp = (name: string, more: object = {}) => {
  const dir = mkdtempSync(join(tmpdir(), `tocsin-learn-${name}-`));
  const config = join(dir, 'tocsin.yaml');
  const dataDir = join(dir, 'data');
  writeFileSync(config, stringify({ dataDir, detect: { burst: { priorRate: PRIOR_RATE } }, ...more }));
  return { dir, config, dataDir, saved: join(dataDir, 'watch.json') };
};

/** What an engine that takes it back expects of a minute. */
const restored = (saved: string, at: number) => {
  const state = JSON.parse(readFileSync(saved, 'utf8')) as WatchState;
  const entries = new Map(Object.entries(state.learned));
  expect(createEngine({ config: configSchema.parse({}).detect, estimate }).restore(entries)).toBe(0);
  const learned = createLearned();
  const baselines = learned.of(BASELINES);
  learned.restore(entries);
  const baseline = baselines.get(SERIES);
  const calendar = createCalendar('Europe/Paris');
  const config = { priorRate: PRIOR_RATE, dispersion: 3 };
  return {
    state,
    of: baseline && forecastHour(baseline, { minute: Math.floor(at / 60_000), calendar }, config),
  };
};

describe('tocsin learn, embedded', () => {
  let port = 0;
  const log = join(mkdtempSync(join(tmpdir(), 'tocsin-learn-log-')), 'history.ndjson');

  beforeAll(async () => {
    [port = 0] = await freePorts(1);
    writeFileSync(log, `${twoWeeks().join('\n')}\n`);
  });

  test('leaves what it learned to the next start, which then knows every hour of the week', async () => {
    const { config, dataDir, saved } = setUp('embedded', { live: { port } });
    const run = await tocsinResult(['learn', log, '-c', config, '--json']);
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      events: 15 * 1_440,
      rejected: 0,
      from: new Date(START).toISOString(),
      days: 15,
      series: [{ series: SERIES, days: 14, hours: 168 }],
    });
    const { state, of } = restored(saved, START + 16 * DAY);
    expect(state).toMatchObject({ detected: null, sealed: null });
    expect(of?.trust).toBe('full');
    expect(of?.rate).toBeCloseTo(1 / 60, 4);
    expect(existsSync(join(dataDir, 'incidents.ndjson'))).toBe(false);

    const daemon = await startRun(['-c', config]);
    expect(await daemon.stop()).toBe(0);
    expect(daemon.output().stderr).not.toMatch(/learned anew/);
    expect(restored(saved, START + 16 * DAY).of?.trust).toBe('full');
  }, 120_000);

  test('is refused while a daemon answers on its port', async () => {
    const { config } = setUp('beside');
    const daemon = await startRun(['-c', config]);
    const other = setUp('beside-2', { live: { port: Number(new URL(daemon.url).port) } });
    const run = await tocsinResult(['learn', log, '-c', other.config]);
    await daemon.kill9();
    expect([run.code, run.stderr]).toEqual([1, expect.stringContaining('stop it, then learn')]);
    expect(existsSync(other.saved)).toBe(false);
  });

  test('says what it needs', async () => {
    const { config } = setUp('usage', { live: { port } });
    const run = (...args: string[]) => tocsinResult(['learn', ...args, '-c', config]);
    const [nothing, noKafka, noDate] = await Promise.all([
      run(),
      run('--kafka-from', '2026-09-07'),
      run('--kafka-from', 'once'),
    ]);
    expect([nothing.code, noKafka.code, noDate.code]).toEqual([2, 2, 2]);
    expect(nothing.stderr).toContain('--kafka-from DATE');
    expect(noKafka.stderr).toContain('intake.kafka');
    expect(noDate.stderr).toContain('must be a date');
  });
});

const { KAFKA_BROKERS: brokers = '', REDIS_URL: redis = '', TOCSIN_KAFKA: kind } = process.env;

describe.skipIf(brokers === '' || redis === '' || kind === 'mock')(
  'tocsin learn, from Kafka into Redis',
  () => {
    test('reads the partitions in event time, counts nothing, and waits for nobody', async () => {
      const topic = await createTopic(brokers, 3);
      const values = twoWeeks(8);
      for (const partition of [0, 1, 2])
        await topic.send(
          partition,
          values.filter((_, index) => index % 3 === partition),
        );
      const { config } = setUp('kafka', {
        intake: { kafka: { brokers: brokers.split(','), topic: topic.topic, group: topic.topic } },
        redis: { url: redis, prefix: topic.topic },
      });
      const env = { TOCSIN_HMAC_KEY: 'a'.repeat(64), REDIS_URL: redis };
      const learn = (...args: string[]) =>
        tocsinResult(['learn', '--kafka-from', '2026-09-07', '-c', config, '--json', ...args], env);

      const run = await learn();
      expect([run.code, run.stderr]).toEqual([0, '']);
      expect(JSON.parse(run.stdout)).toMatchObject({
        events: values.length,
        days: 8,
        series: [{ series: SERIES, hours: 168 }],
      });
      const { groups } = await topic.admin.listGroups();
      expect(groups.filter(({ groupId }) => groupId.startsWith(topic.topic))).toEqual([]);

      const daemon = await startRun(['-c', config], env);
      const refused = await learn();
      expect(await daemon.stop()).toBe(0);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining('another instance evaluates'),
      ]);
      await topic.close();
    }, 120_000);
  },
);
