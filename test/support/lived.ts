/**
 * A stream lived through in the core: fold, windows and watch, two seconds at a time or `step` milliseconds, at a
 * provider that is known. At `restartAt` another watch goes on from what the first one saved, and reads the store anew.
 */
import type { Config } from '../../src/config/schema.ts';
import { createEngine } from '../../src/detect/engine.ts';
import { LEARNED_VERSION } from '../../src/detect/learning/learned.ts';
import { newShare } from '../../src/detect/statistics/shares.ts';
import { createWatch, type Moment, type Watch } from '../../src/evaluate/watch.ts';
import type { Ms, SmsEvent } from '../../src/events/event.ts';
import { createFold, type FoldParts } from '../../src/fold/fold.ts';
import { estimate } from '../../src/windows/distinct.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import type { Cursor } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';

const PARTITION = 'kafka:events:0';
const STEP = 2_000;

/** What weeks of alpha's messages that carry their orders have taught. `before`: in ms of event time. */
const orderedFor = (before: number): Record<string, string> => {
  const through = Math.floor(before / 600_000);
  const share = { version: LEARNED_VERSION, ...newShare(), through, base: 50_000, blocks: 200, errors: 200 };
  return Object.fromEntries(
    ['order', 'submission', 'twice'].map((sign) => [`share unordered_${sign} alpha`, JSON.stringify(share)]),
  );
};

/** Every moment, with the watch as it then is. */
export async function* lived(
  events: readonly SmsEvent[],
  parts: { readonly config: Config; readonly step?: number; readonly restartAt?: Ms } & Pick<
    FoldParts,
    'isQuiet' | 'recipientKey'
  >,
): AsyncGenerator<{ readonly moment: Moment; readonly watch: Watch }> {
  const { config, step = STEP, restartAt = Number.POSITIVE_INFINITY, ...folding } = parts;
  const newWatch = () =>
    createWatch({
      engine: createEngine({ config: config.detect, estimate }),
      view: createView(),
      life: config.incidents,
    });
  let watch = newWatch();
  watch.load({ detected: null, sealed: null, learned: orderedFor(events[0]?.at ?? 0) }, []);
  const store = createMemoryStore();
  const categoryOf: FoldParts['categoryOf'] = (event) => event.category ?? 'transactional';
  const fold = createFold({ ...folding, categoryOf, maskText: (text) => text });
  const { epoch } = await store.claim(PARTITION);
  let cursor: Cursor | undefined;
  let restarted = false;
  for (let from = 0; from < events.length; ) {
    const now = events[from]?.at ?? 0;
    if (!restarted && now >= restartAt) {
      restarted = true;
      const before = watch;
      watch = newWatch();
      watch.load(before.save(true), before.incidents());
      cursor = undefined;
    }
    const edge = now + step;
    let next = from;
    while (next < events.length && (events[next]?.at ?? 0) < edge) next++;
    const part = events.slice(from, next).map((event, n) => ({ offset: from + n, event }));
    await store.apply(fold({ partition: PARTITION, epoch, from, next, events: part, rejected: new Map() }));
    const changes = await store.read(cursor);
    cursor = changes.cursor;
    const limits = { lateness: config.windows.lateness } as const;
    for (const moment of watch.advance(changes, limits)) yield { moment, watch };
    from = next;
  }
}
