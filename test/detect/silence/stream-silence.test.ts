import { describe, expect, test } from 'vitest';
import { streamSilence } from '../../../src/detect/silence/stream-silence.ts';
import { newBaseline } from '../../../src/detect/statistics/baseline.ts';
import { thresholdFor } from '../../../src/detect/statistics/threshold.ts';
import { second } from '../../../src/events/event.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import { seriesKey } from '../../../src/windows/series.ts';
import { NOON, ordinary } from '../engines.ts';
import { config, MONDAY, paris } from '../lives.ts';
import { knownBaseline } from '../support.ts';

const LINE = thresholdFor(1, 1);
const parts = { calendar: paris, config };
const quietFor = (seconds: number, ...rates: number[]) =>
  streamSilence(
    rates.map((rate) => knownBaseline(MONDAY, rate)),
    { from: MONDAY, to: MONDAY + seconds - 1 },
    parts,
  );

describe('the silence of the whole stream', () => {
  test('surprises the more, the more was to be expected', () => {
    expect(quietFor(60, 2).expected).toBeCloseTo(120, 6);
    expect(quietFor(60, 1, 1).expected).toBeCloseTo(120, 6);
    expect(quietFor(5, 2).surprise).toBeLessThan(LINE);
    expect(quietFor(60, 2).surprise).toBeGreaterThan(LINE);
    expect(quietFor(60, 1, 1).surprise).toBeGreaterThan(quietFor(60, 1).surprise);
  });

  test('is nothing of hours that are not known, or known to be quiet', () => {
    const at = { from: MONDAY, to: MONDAY + HOUR_SECONDS };
    expect(streamSilence([newBaseline(MONDAY / 60)], at, parts)).toEqual({ expected: 0, surprise: 0 });
    const byDay = knownBaseline(MONDAY, (hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 1 : 0));
    expect(streamSilence([byDay], at, parts).surprise).toBe(0);
    expect(streamSilence([], at, parts).surprise).toBe(0);
  });

  test('is not told of who has brought nothing for a day', () => {
    const gone = { from: MONDAY + 2 * 86_400, to: MONDAY + 2 * 86_400 + HOUR_SECONDS };
    expect(streamSilence([knownBaseline(MONDAY, 5)], gone, parts).surprise).toBe(0);
  });

  test('is told by the engine from what it has learned, and teaches it nothing', () => {
    const alpha = seriesKey({ metric: 'sent', provider: 'alpha' });
    const { engine } = ordinary([[alpha, 3]]);
    engine.changes();
    const silent = (seconds: number, exempt = '') =>
      engine.isSilent(second(NOON), second(NOON + seconds), (provider) => provider === exempt);
    expect(silent(3)).toBe(false);
    expect(silent(120)).toBe(true);
    expect(silent(120, 'alpha')).toBe(false);
    expect(engine.changes().size).toBe(0);
  });
});
