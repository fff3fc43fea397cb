import { describe, expect, it } from 'vitest';
import { without } from '../../../src/detect/campaign/plans.ts';
import { seriesKey } from '../../../src/windows/series.ts';
import { countsByQuarter, countsOf } from '../draws.ts';

const FIRST = 1_000;

describe('counts without what an announcement explains', () => {
  const series = seriesKey({ metric: 'sent', provider: 'alpha', campaign: 'spring' });
  const campaign = countsOf(FIRST, [0, 3, 3, 3]);
  const left = without(
    () => countsByQuarter(FIRST, Array<number>(16).fill(2)),
    () => [{ series, counts: campaign, from: FIRST, to: FIRST + 2 }],
  );

  it('are less by what came in its time', () => {
    expect([0, 1, 2, 3].map((at) => left.count(FIRST + at))).toEqual([8, 5, 5, 8]);
    expect(left.sum(FIRST, FIRST + 3)).toBe(26);
  });

  it('have no quarters in a second of which something is explained', () => {
    expect([0, 1, 2, 3].map((at) => left.firstQuarters?.(FIRST + at, 2))).toEqual([
      4,
      undefined,
      undefined,
      4,
    ]);
  });
});
