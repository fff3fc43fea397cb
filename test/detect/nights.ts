/** Simulated streams through the fold, the windows and the engine, as the watch takes them there. */
import { configSchema } from '../../src/config/schema.ts';
import { createEngine, type Engine } from '../../src/detect/engine.ts';
import type { Finding } from '../../src/detect/finding.ts';
import { type SmsEvent, second, secondOf } from '../../src/events/event.ts';
import { maskDigits } from '../../src/events/text/mask.ts';
import { createConsents } from '../../src/fold/consents.ts';
import { createFold } from '../../src/fold/fold.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { createIsQuiet } from '../../src/quiet-hours/quiet-hours.ts';
import { estimate } from '../../src/windows/distinct.ts';
import { createMemoryStore } from '../../src/windows/store/memory.ts';
import type { Cursor } from '../../src/windows/store/store.ts';
import { createView } from '../../src/windows/view.ts';

const PARTITION = 'night';

/**
 * Answers what is found; `onFinding` hears of it at once, so that nothing need be kept of a week. Every second with
 * events is looked at, or one in `every`.
 */
export const watched = async (
  events: Iterable<SmsEvent>,
  parts: { stop?: object; every?: number; onFinding?: (finding: Finding) => void } = {},
): Promise<{ found: Finding[]; engine: Engine }> => {
  const config = configSchema.parse({ detect: { stop: parts.stop ?? {} } }).detect;
  const engine = createEngine({ config, estimate });
  const store = createMemoryStore();
  const view = createView();
  const fold = createFold({
    isQuiet: createIsQuiet(config.quietHours),
    categoryOf: (event) => event.category ?? 'transactional',
    recipientKey: createRecipientKey('a key for the tests'),
    maskText: maskDigits,
    consents: createConsents(config.stop),
  });
  const { epoch } = await store.claim(PARTITION);
  const found: Finding[] = [];
  let cursor: Cursor | undefined;
  let next = 0;
  let batch: Array<{ offset: number; event: SmsEvent }> = [];
  let sealed: number | undefined;

  const look = async (at: number): Promise<void> => {
    const from = next;
    next += batch.length;
    await store.apply(fold({ partition: PARTITION, epoch, from, next, events: batch, rejected: new Map() }));
    batch = [];
    const changes = await store.read(cursor);
    cursor = changes.cursor;
    view.update(changes);
    for (const finding of engine.detect(view, second(at), second(at - 1))) {
      parts.onFinding?.(finding);
      if (!parts.onFinding) found.push(finding);
    }
    engine.seal(view, second((sealed ?? at - 1) + 1), second(at));
    sealed = at;
  };
  const { every = 1 } = parts;
  let looked = 0;
  let now: number | undefined;
  for (const event of events) {
    const at = secondOf(event.at);
    if (now !== undefined && at > now && at >= looked + every) {
      await look(now);
      looked = at;
    }
    now = Math.max(now ?? at, at);
    batch.push({ offset: next + batch.length, event });
  }
  if (now !== undefined) await look(now);
  return { found, engine };
};

/** The first of each detector and strength, with when. */
export const firsts = (found: readonly Finding[]): Map<string, Finding> => {
  const first = new Map<string, Finding>();
  for (const one of found) {
    const name = `${one.detector} ${one.provider} ${one.strength}`;
    if (!first.has(name)) first.set(name, one);
  }
  return first;
};
