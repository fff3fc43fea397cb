/** What a look costs: 10,000 series with messages every second, each with a baseline of its own, on one core. */
import { configSchema } from '../../../src/config/schema.ts';
import { createEngine } from '../../../src/detect/engine.ts';
import { ms, second } from '../../../src/events/event.ts';
import { createRandom } from '../../../src/simulate/random.ts';
import { type SeriesKey, seriesKey } from '../../../src/windows/series.ts';
import { createView } from '../../../src/windows/view.ts';
import { packed } from '../../support/quarters.ts';
import { createDraw } from './draws.ts';
import { MONDAY } from './series.ts';

const SERIES = 10_000;
/** Seconds lived through before anything is measured, and measured. */
const BEFORE = 300;
const MEASURED = 60;

export interface Cost {
  readonly series: number;
  /** Series looked at a second. */
  readonly looks: number;
  /** Microseconds a series and second: a look at it, and taking it in when it is complete. */
  readonly look: number;
  readonly seal: number;
  /** Bytes a series of the process, windows included. */
  readonly memory: number;
}

export const cost = (seed: string): Cost => {
  const random = createRandom(`${seed} cost`);
  const draw = createDraw(0.5, 2, random);
  const keys = Array.from({ length: SERIES }, (_, n) => {
    const series = { metric: 'sent', provider: `provider-${n}` } as const;
    return { key: seriesKey(series), quarters: seriesKey({ ...series, part: 'quarters' }) };
  });
  const before = memoryNow();
  const view = createView();
  const engine = createEngine({ config: configSchema.parse({}).detect, estimate: () => 0 });
  const time = { detect: 0, seal: 0, looks: 0 };
  for (let at = MONDAY; at < MONDAY + BEFORE + MEASURED; at++) {
    const counts = new Map<SeriesKey, number>();
    let alive = 0;
    for (const { key, quarters } of keys) {
      const parts = [draw(), draw(), draw(), draw()];
      const count = parts.reduce((a, b) => a + b, 0);
      if (count === 0) continue;
      alive += 1;
      counts.set(key, count);
      const within = packed(parts);
      if (within > 0) counts.set(quarters, within);
    }
    view.update({
      cursor: {},
      partitions: [{ partition: 'cost', next: 0, watermark: ms(at * 1000), countedAt: ms(0) }],
      counts: new Map([[second(at), counts]]),
      distinct: new Map(),
      tallies: new Map(),
      samples: new Map(),
      announced: new Map(),
    });
    const began = performance.now();
    engine.detect(view, second(at));
    const detected = performance.now();
    engine.seal(view, second(at), second(at));
    if (at < MONDAY + BEFORE) continue;
    time.detect += detected - began;
    time.seal += performance.now() - detected;
    time.looks += alive;
  }
  return {
    series: SERIES,
    looks: (1000 * time.looks) / time.detect,
    look: (1000 * time.detect) / time.looks,
    seal: (1000 * time.seal) / time.looks,
    memory: (memoryNow() - before) / SERIES,
  };
};

const memoryNow = (): number => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};
