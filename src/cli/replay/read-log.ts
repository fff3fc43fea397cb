/**
 * A log read in event time: its lines become counts in a memory store, and whoever watches it looks once before
 * each new second. In: lines, from files or elsewhere. Out: what was counted; `replay`, `backtest` and `learn` share it.
 */
import { createReadStream, statSync } from 'node:fs';
import type { Logger } from 'pino';
import { parsingFrom } from '../../config/parsing.ts';
import type { Config } from '../../config/schema.ts';
import type { Channel } from '../../events/channels.ts';
import { ms, type SmsEvent, secondOf } from '../../events/event.ts';
import { parseRecord } from '../../events/parse.ts';
import { rfc3339 } from '../../events/time.ts';
import { foldFrom } from '../../fold/from-config.ts';
import { lines } from '../../intake/file/ndjson.ts';
import { createIngest } from '../../intake/ingest.ts';
import { addOthers, type OtherChannels } from '../../intake/other-channels.ts';
import type { DeadLetters, RawRecord } from '../../intake/source.ts';
import type { WindowStore } from '../../windows/store/store.ts';
import type { View } from '../../windows/view.ts';
import { createProgress } from '../progress.ts';
import { requireReadable } from '../readable.ts';
import { type ParsedRecord, withoutFarDates } from './far-dates.ts';

/** The most records between two looks. */
const BATCH = 2_000;
/** The hashes of a log that is read again never leave the process: a key that is known keeps the bytes the same. */
const LOG_KEY = 'replay';
const PARTITION = 'replay';
const NOWHERE: Pick<DeadLetters, 'put'> = { put: async () => {} };

/** What was read of a log. */
export interface LogTotals {
  readonly records: number;
  readonly events: number;
  readonly rejected: number;
  /** Of the events, those that were no SMS, by channel. */
  readonly otherChannels: OtherChannels;
  /** The epoch ms of the earliest event, Infinity without any; `last` is that of the latest, 0 without any. */
  readonly first: number;
  readonly last: number;
}

/** The times of the earliest and the latest event in RFC 3339; null when there is none. */
export const spanOf = ({ events, first, last }: LogTotals): { from: string | null; to: string | null } =>
  events > 0 ? { from: rfc3339(first), to: rfc3339(last) } : { from: null, to: null };

export interface ReadLogParts {
  readonly config: Config;
  readonly store: WindowStore;
  /** Where records go that cannot be read; absent, they are only counted. */
  readonly deadLetters?: Pick<DeadLetters, 'put'>;
  readonly log: Logger;
  /** Looks at what is counted, which is whole seconds alone; at the last look every second is complete. */
  readonly look: () => Promise<void>;
  readonly onEvents?: (events: readonly SmsEvent[]) => void;
  /** The newest second of a provider whose windows hold a second no more; absent where there is no view. */
  readonly beyondWindows?: View['beyond'];
}

/** Reads all of `source` into the store. Rejects when it cannot be read. */
export const readLog = async (
  source: AsyncIterable<readonly Buffer[]>,
  parts: ReadLogParts,
): Promise<LogTotals> => {
  const { config, store, deadLetters = NOWHERE, log, look, onEvents } = parts;
  const parse = parsingFrom(config.intake);
  const otherChannels = new Map<Channel, number>();
  const counted = {
    otherChannels,
    ...{ records: 0, events: 0, rejected: 0, first: Number.POSITIVE_INFINITY, last: 0 },
  };
  const ingest = createIngest({
    store,
    deadLetters,
    fold: foldFrom(config, { hmacKey: LOG_KEY, beyondWindows: parts.beyondWindows }),
    parse,
    clock: () => ms(counted.last),
    onBatch: (events, rejected) => {
      counted.events += events.length;
      counted.rejected += rejected;
      addOthers(otherChannels, events);
      for (const event of events) {
        counted.first = Math.min(counted.first, event.at);
        counted.last = Math.max(counted.last, event.at);
      }
      onEvents?.(events);
    },
    log,
  });

  const { epoch } = await store.claim(PARTITION);
  let next = 0;
  let batch: RawRecord[] = [];
  let second = 0;
  const take = async (): Promise<void> => {
    if (batch.length === 0) return;
    const from = next;
    next += batch.length;
    await ingest({ partition: PARTITION, epoch, from, next, records: batch });
    counted.records += batch.length;
    batch = [];
    await look();
  };
  /** Adds lines; before that of a new second, what came before is counted and looked at, as if one had been there. */
  const add = async (records: readonly ParsedRecord[]): Promise<void> => {
    for (const { value, parsed } of records) {
      const at = parsed.ok ? secondOf(parsed.event.at) : second;
      if (at > second || batch.length >= BATCH) await take();
      second = Math.max(second, at);
      batch.push({ offset: next + batch.length, value, parsed });
    }
  };
  const records = async function* (): AsyncGenerator<readonly ParsedRecord[]> {
    for await (const read of source)
      yield read.map((value) => ({ value, parsed: parseRecord(value, parse) }));
  };
  for await (const read of withoutFarDates(records(), config.intake.maxAhead)) await add(read);
  await take();
  // The end of the log completes every second in it.
  const end = ms(counted.last + config.windows.lateness + 2_000);
  await ingest({ partition: PARTITION, epoch, from: next, next, records: [], idleUntil: end });
  await look();
  return counted;
};

/** Yields the lines of `files` in order (.gz too, "-" for standard input), with a line of progress under `name`. */
export async function* linesOf(
  files: readonly string[],
  { name, maxRecord }: { readonly name: string; readonly maxRecord: number },
): AsyncGenerator<readonly Buffer[]> {
  await requireReadable(files);
  const progress = createProgress(
    name,
    files.reduce((sum, file) => sum + (file === '-' ? 0 : statSync(file).size), 0),
  );
  let count = 0;
  for (const file of files) {
    for await (const read of lines(file === '-' ? process.stdin : createReadStream(file), maxRecord)) {
      yield read;
      count += read.length;
      progress.add(
        read.reduce((sum, line) => sum + line.length + 1, 0),
        `${count} records`,
      );
    }
  }
  progress.done();
}
