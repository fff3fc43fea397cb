/** What a look costs where ten series of 10,000 have messages: a hundred providers, of whom one sends in each second. */
import { configSchema } from '../../../src/config/schema.ts';
import { createEngine } from '../../../src/detect/engine.ts';
import { createWatch } from '../../../src/evaluate/watch.ts';
import { duration, ms, type Second, second } from '../../../src/events/event.ts';
import { estimate } from '../../../src/windows/distinct.ts';
import { type SeriesKey, seriesKey } from '../../../src/windows/series.ts';
import { createView } from '../../../src/windows/view.ts';
import { MONDAY } from './series.ts';

const PROVIDERS = 100;
const CAMPAIGNS = 98;
/** Seconds in which everybody sends, before anything is measured; and those measured. */
const BEFORE = 120;
const MEASURED = 2_000;
const MESSAGES = 8;

/** Microseconds a second, in which ten series change: taking it in, looking at it, learning from it. */
export const costOfFew = (): { readonly series: number; readonly look: number } => {
  const { detect, incidents } = configSchema.parse({});
  const view = createView();
  const watch = createWatch({
    engine: createEngine({ config: detect, estimate }),
    view,
    life: incidents,
  });
  const senders = Array.from({ length: PROVIDERS }, (_, n) => {
    const of = { metric: 'sent', provider: `provider-${n}` } as const;
    return {
      whole: [seriesKey(of), seriesKey({ ...of, category: 'marketing' })],
      campaigns: Array.from({ length: CAMPAIGNS }, (_, c) => seriesKey({ ...of, campaign: `campaign-${c}` })),
    };
  });
  const pass = (at: Second, counts: ReadonlyMap<SeriesKey, number>): void => {
    const changes = {
      cursor: {},
      partitions: [{ partition: 'kafka:few:0', next: 0, watermark: ms(at * 1_000), countedAt: ms(1) }],
      counts: new Map([[at, counts]]),
      distinct: new Map(),
      tallies: new Map(),
      samples: new Map(),
      announced: new Map(),
    };
    for (const _ of watch.advance(changes, { lateness: duration(2_000) }));
  };
  /** What one provider sends in a second: of as many campaigns as messages. */
  const sent = ({ whole, campaigns }: (typeof senders)[number], at: number) => [
    ...whole.map((key) => [key, MESSAGES] as const),
    ...Array.from(
      { length: MESSAGES },
      (_, c) => [campaigns[(at * MESSAGES + c) % CAMPAIGNS] ?? seriesKey({ metric: 'sent' }), 1] as const,
    ),
  ];
  let at = MONDAY;
  for (; at < MONDAY + BEFORE; at++) pass(second(at), new Map(senders.flatMap((one) => sent(one, at))));
  const began = performance.now();
  for (; at < MONDAY + BEFORE + MEASURED; at++)
    pass(
      second(at),
      new Map(
        senders
          .slice(at % PROVIDERS)
          .slice(0, 1)
          .flatMap((one) => sent(one, at)),
      ),
    );
  return {
    series: [...view.series()].length,
    look: (1_000 * (performance.now() - began)) / MEASURED,
  };
};
