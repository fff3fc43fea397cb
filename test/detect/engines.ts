/** An engine that knows its series, in a world that had an ordinary hour; then whatever a test sends. */
import { configSchema } from '../../src/config/schema.ts';
import { createEngine, type Engine } from '../../src/detect/engine.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { second } from '../../src/events/event.ts';
import { HOUR_SECONDS } from '../../src/events/time.ts';
import type { SeriesKey } from '../../src/windows/series.ts';
import { at, estimate, learnedOf, messageView, type World } from './support.ts';

/** A Wednesday. */
export const NOON = at('2026-01-21T12:00:00+01:00');
export const START = NOON - HOUR_SECONDS;
/** Late events are waited for this long. */
const LATENESS = 3;

export const newEngine = (burst: Record<string, unknown> = {}): Engine =>
  createEngine({ config: configSchema.parse({ detect: { burst } }).detect, estimate });

/** Series with the messages a second they are known for; a whole number. */
export type Rates = ReadonlyArray<readonly [SeriesKey, number]>;

/** Looks at every second and learns from it, as the watch does. */
export const live = (
  engine: Engine,
  world: World,
  parts: { from: number; seconds: number; send: (at: number) => void },
): Finding[] => {
  const { from, seconds, send } = parts;
  const found: Finding[] = [];
  for (let now = from; now < from + seconds; now++) {
    send(now);
    found.push(...engine.detect(world.view, second(now), second(now - LATENESS)));
    engine.seal(world.view, second(now), second(now));
  }
  return found;
};

/** Sends what is usual each second, and what else there is. */
export const usual =
  (world: World, rates: Rates, besides: (at: number) => void = () => {}) =>
  (now: number): void => {
    for (const [series, rate] of rates) world.add(now, rate, [series]);
    besides(now);
  };

/** An ordinary hour up to NOON, already learned from; `known` is what the engine knows by heart, if not all. */
export const ordinary = (rates: Rates, parts: { known?: Rates; engine?: Engine } = {}) => {
  const { known = rates, engine = newEngine() } = parts;
  engine.restore(learnedOf(START, known));
  const world = messageView();
  const send = usual(world, rates);
  for (let from = START; from < NOON; from += 60) {
    for (let now = from; now < from + 60; now++) send(now);
    engine.seal(world.view, second(from), second(from + 59));
  }
  /** Goes on as usual, with `besides`, from NOON or `from` on. */
  const goOn = (seconds: number, besides?: (at: number) => void, from: number = NOON): Finding[] =>
    live(engine, world, { from, seconds, send: usual(world, rates, besides) });
  return { engine, world, goOn };
};

export const kinds = (found: readonly Finding[]): string[] =>
  [...new Set(found.map(({ detector, strength }) => `${detector} ${strength}`))].sort();
