/**
 * Every source stands at its own time: whoever is late, or has a clock of their own, is found as if all had come at
 * once, and hides nobody else.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { replay } from '../../src/cli/replay/replay.ts';
import { duration } from '../../src/events/event.ts';
import { ARMED, type Lived, livedThrough } from '../support/live-run.ts';
import { type Arrival, arrivals, EIGHT, night, type Telling } from '../support/two-providers.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-late-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECOND = 1_000;
const HOUR = 3_600_000;

let runs = 0;
/** Who a replay would have paused, in the order of arrival. */
const replayed = async (stream: readonly Arrival[]): Promise<string[]> => {
  const [log, out] = [join(folder, `${++runs}.ndjson`), join(folder, `out-${runs}`)];
  writeFileSync(log, stream.map(({ value }) => value).join('\n'));
  await replay([log], ARMED, out);
  return readFileSync(join(out, 'actions.ndjson'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { provider: string; action: string; refused?: string })
    .flatMap(({ provider, action, refused }) =>
      action === 'pause' && refused === undefined ? [provider] : [],
    );
};

/** By what the stream comes; a log can be behind, and waits for the slowest of its partitions. */
const SOURCES = ['kafka:sms', 'http:here'] as const;
type Source = (typeof SOURCES)[number];
const ROLES = [
  ['alpha', 'beta'],
  ['beta', 'alpha'],
] as const;
const everyWay = SOURCES.flatMap((source) => ROLES.map(([bad, good]) => ({ source, bad, good })));

/** What is found when both tell at once, by who is bad. */
const atOnceBy = new Map<string, Promise<Lived>>();
const livedAtOnce = (bad: string, good: string, source: Source): Promise<Lived> => {
  const way = `${bad} ${source}`;
  const lived = atOnceBy.get(way) ?? livedThrough(arrivals(night(bad, good), {}), { source });
  atOnceBy.set(way, lived);
  return lived;
};

/** One message of a provider's, dated `at`. */
const dated = (provider: string, at: number): Buffer =>
  Buffer.from(JSON.stringify({ type: 'sent', id: 'odd', at, provider, to: '+33612999999' }));

/** The bad provider and the other one, each as told: alpha and beta, or beta and alpha. */
const cases: ReadonlyArray<readonly [string, { readonly bad?: Telling; readonly good?: Telling }]> = [
  ['both at once', {}],
  ...[1, 2, 3, 5, 10, 20].map((s) => [`the bad one ${s} s late`, { bad: { delay: s * SECOND } }] as const),
  ['the other one 10 s late', { good: { delay: 10 * SECOND } }],
  ...[2, 5, 30, 240].map(
    (s) => [`the other one’s clock ${s} s ahead`, { good: { clock: s * SECOND } }] as const,
  ),
  ['its own sent 3 s late, its delivered in time', { bad: { delays: { sent: 3_000, delivered: 0 } } }],
];

describe.each(everyWay)('$bad goes wrong beside $good, by $source', ({ source, bad, good }) => {
  test.each(cases)('%s: it is paused, and nobody else', async (_name, {
    bad: ofBad = {},
    good: ofGood = {},
  }) => {
    const stream = arrivals(night(bad, good), { [bad]: ofBad, [good]: ofGood });
    const atOnce = await livedAtOnce(bad, good, source);
    const { paused } = await livedThrough(stream, { source });
    expect([...paused.keys()]).toEqual([bad]);
    const late = Math.max(ofBad.delay ?? 0, ...Object.values(ofBad.delays ?? {}));
    expect(paused.get(bad)).toBeLessThanOrEqual((atOnce.paused.get(bad) ?? 0) + late + 2 * SECOND);
    expect(atOnce.paused.get(bad)).toBeLessThan(EIGHT + 60 * SECOND);
  });

  test.each([20, 60, 600, 3_600])('its clock has always been %i s slow: it is found', async (seconds) => {
    const stream = arrivals(night(bad, good), { [bad]: { clock: -seconds * SECOND } });
    const { strong } = await livedThrough(stream, { source });
    expect(strong).toContain(`${bad} repeats`);
  });

  test.each([15, 30, 60])('events are waited for %i s: it is paused as soon', async (seconds) => {
    const config = { ...ARMED, windows: { ...ARMED.windows, lateness: duration(seconds * SECOND) } };
    const stream = arrivals(night(bad, good), { [bad]: { delay: 2 * SECOND } });
    const atOnce = await livedAtOnce(bad, good, source);
    const { paused } = await livedThrough(stream, { source, config });
    expect([...paused.keys()]).toEqual([bad]);
    expect(paused.get(bad)).toBeLessThanOrEqual((atOnce.paused.get(bad) ?? 0) + 4 * SECOND);
  });

  test.each([
    ['the other one', good],
    ['the bad one', bad],
  ])('one event of %s, dated 295 s ahead, hides nothing', async (_whose, whose) => {
    const ahead = { at: EIGHT - 5 * SECOND, value: dated(whose, EIGHT + 290 * SECOND) };
    const stream = [...arrivals(night(bad, good), {}), ahead].sort((a, b) => a.at - b.at);
    const { paused } = await livedThrough(stream, { source });
    expect([...paused.keys()]).toEqual([bad]);
    expect(paused.get(bad)).toBeLessThan(EIGHT + 60 * SECOND);
  });
});

describe.each(ROLES)('a replay in which %s goes wrong beside %s', (bad, good) => {
  test.each(cases)('%s: it is paused, and nobody else', async (_name, {
    bad: ofBad = {},
    good: ofGood = {},
  }) => {
    expect(await replayed(arrivals(night(bad, good), { [bad]: ofBad, [good]: ofGood }))).toEqual([bad]);
  });

  test('with one event dated 2099, wherever, it finds what it finds without', async () => {
    const stream = arrivals(night(bad, good), {});
    const odd = { at: 0, value: dated(good, Date.UTC(2099, 0, 1)) };
    for (const part of [0, 100])
      expect(await replayed([...stream.slice(0, part), odd, ...stream.slice(part)])).toEqual([bad]);
  });
});

test('a partition that stands still for a minute is found when it comes', async () => {
  const stream = arrivals(night('alpha', 'beta'), {});
  const halfOf = ({ value }: Arrival) => Number(/"to":"\+\d+(\d)"/.exec(String(value))?.[1] ?? 0) % 2;
  const held = stream
    .map((one) =>
      halfOf(one) === 1 && one.at > EIGHT - 30 * SECOND
        ? { ...one, at: Math.max(one.at, EIGHT + 60 * SECOND) }
        : one,
    )
    .sort((a, b) => a.at - b.at);
  const { paused } = await livedThrough(held, { partitions: 2, partitionOf: halfOf });
  expect([...paused.keys()]).toEqual(['alpha']);
});

test('an hour of log that comes late is written down, and nobody is paused for what is over', async () => {
  const stream = arrivals(night('alpha', 'beta'), { alpha: { delay: HOUR - 600_000 } });
  const { paused, strong } = await livedThrough(stream);
  expect(strong).toContain('alpha repeats');
  expect([...paused.keys()]).toEqual([]);
});

describe.each([
  ['its clock', { clock: -600 * SECOND }],
  ['all it tells', { delay: 600 * SECOND }],
])('%s is ten minutes late', (_name, late: Telling) => {
  // At ten past eight, so that by its slow clock too marketing is forbidden.
  const BEGINS = EIGHT + 600 * SECOND;
  const facts = night('alpha', 'beta', 1, 2_700 * SECOND).map((fact) => ({
    ...fact,
    at: fact.at + 600 * SECOND,
  }));
  const lived = (telling: Telling) => livedThrough(arrivals(facts, { alpha: telling }), { every: 500 });

  test('as it always was: it is paused in time', async () => {
    const { paused, delays, told } = await lived(late);
    expect(told).toEqual([]);
    expect([...paused.keys()]).toEqual(['alpha']);
    expect(paused.get('alpha')).toBeLessThan(BEGINS + (late.delay ?? 0) + 60 * SECOND);
    expect(Math.abs((delays.get('alpha')?.usual ?? 0) - 600 * SECOND)).toBeLessThan(2 * SECOND);
    expect(delays.get('beta')?.usual).toBeLessThan(2 * SECOND);
  });

  test('since a minute: it is told, and found, and held back as too old', async () => {
    const { paused, strong, held, delays, told } = await lived({ ...late, from: BEGINS - 60 * SECOND });
    expect(strong).toContain('alpha repeats');
    expect([...paused.keys()]).toEqual([]);
    expect(told).toEqual(['alpha delay']);
    expect(held).toContain('alpha too_old');
    expect(delays.get('alpha')?.usual).toBeLessThan(3 * SECOND);
  });
});
