/**
 * NDJSON from a file or a stream: one line is one record, its offset the number of the line, from 0.
 * In: bytes, gzip or not. Out: raw batches to `ingest`, again and again until the store has them.
 */
import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Ms, ms } from '../../events/event.ts';
import type { Offset, PartitionId, WindowStore } from '../../windows/store/store.ts';
import { ASK_EVERY, type Backpressure } from '../backpressure.ts';
import type { Counted, Ingest, RawBatch, RawRecord } from '../source.ts';
import { split, unzipped } from './split-lines.ts';

/** The first and the longest wait between two tries to store a batch, in ms. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5_000;
/** The bytes read at once, about a batch of lines. */
const CHUNK = 256 * 1024;

/** The lines of a stream, as each chunk completes them, without blank ones. Throws, naming the file, on damaged gzip. */
export async function* lines(stream: Readable, maxRecord: number): AsyncGenerator<Buffer[]> {
  const name = 'path' in stream ? String(stream.path) : 'standard input';
  for await (const read of split(unzipped(stream, { name }), maxRecord)) {
    const full = read.filter((line) => line.length > 0);
    if (full.length > 0) yield full;
  }
}

type Input =
  | { readonly path: string; readonly stream?: never }
  | { readonly stream: Readable; readonly path?: never };

export type LinesOptions = Input & {
  readonly partition: PartitionId;
  readonly claim: WindowStore['claim'];
  readonly ingest: Ingest;
  /** How far ahead of the evaluation to read; absent, as fast as lines come. */
  readonly backpressure?: Backpressure;
  readonly batchLines?: number;
  /** The longest line taken, in bytes; a longer one is cut to one byte more and set aside as too_long. */
  readonly maxRecord: number;
  readonly signal?: AbortSignal;
  readonly log?: Logger;
  /** Told after each batch how many lines and bytes of the input are done. */
  readonly onProgress?: (done: { readonly lines: number; readonly bytes: number }) => void;
};

/** How reading ended. end: everything is counted. fenced: another process reads the input. aborted: by the signal. */
export type LinesOutcome = 'end' | 'fenced' | 'aborted';

/**
 * Reads until the end, or until `signal`. Lines of a file that the store has counted are skipped; a stream goes on
 * numbering where the store stands. Rejects when the input cannot be read.
 */
export const readLines = async (options: LinesOptions): Promise<LinesOutcome> => {
  for (;;) {
    const outcome = await readOnce(options);
    if (outcome !== 'gap') return outcome;
    // The store forgot what it had counted: begin again where it stands.
    options.log?.warn(
      { partition: options.partition },
      'the store stands before this input: reading it again',
    );
  }
};

const readOnce = async (options: LinesOptions): Promise<LinesOutcome | 'gap'> => {
  const {
    partition,
    claim,
    ingest,
    backpressure,
    batchLines = 1_000,
    maxRecord,
    signal,
    log,
    onProgress,
  } = options;
  const trying = { signal, log, partition };
  const claimed = await persist(() => claim(partition), trying);
  if (!claimed) return 'aborted';
  const { epoch, next: counted } = claimed;

  let newest = ms(0);
  const upTo = backpressure && ((first: Ms) => backpressure({ newest, first }));
  /** Counts a batch piece by piece, as backpressure allows; undefined when the signal came first. */
  const countAll = async (batch: RawBatch): Promise<Counted | undefined> => {
    for (let rest = batch; ; ) {
      const piece = { ...rest, upTo };
      const result = await persist(() => ingest(piece), trying);
      if (result === undefined || signal?.aborted) return undefined;
      if (result.kind === 'early') {
        await sleep(ASK_EVERY, undefined, { signal }).catch(() => undefined);
        continue;
      }
      if (result.kind !== 'applied') return result;
      newest = ms(Math.max(newest, result.newest));
      if (result.next >= batch.next) return result;
      const from = result.next;
      rest = { ...batch, from, records: batch.records.filter(({ offset }) => offset >= from) };
    }
  };

  let line: Offset = options.path === undefined ? counted : 0;
  let bytes = 0;
  const send = async (values: readonly Buffer[]): Promise<Counted['kind'] | undefined> => {
    const from = line;
    line += values.length;
    for (const value of values) bytes += value.length + 1;
    if (options.path !== undefined && line <= counted) return 'redelivered';
    const start = options.path === undefined ? from : Math.max(from, counted);
    const records = values.flatMap((value, index): RawRecord[] =>
      value.length === 0 || from + index < start ? [] : [{ offset: from + index, value }],
    );
    const result = await countAll({ partition, epoch, from: start, next: line, records });
    if (result?.kind === 'gap' && options.path === undefined) {
      // A stream cannot be read again: it goes on where the store stands.
      log?.warn({ partition }, 'the store stands before this input: going on from there');
      line = result.next;
      return send(values);
    }
    onProgress?.({ lines: line, bytes });
    return result?.kind;
  };

  try {
    for await (const read of split(open(options), maxRecord))
      for (let at = 0; at < read.length; at += batchLines) {
        const kind = await send(read.slice(at, at + batchLines));
        if (kind === undefined) return 'aborted';
        if (kind === 'gap') return 'gap';
        if (kind === 'fenced') {
          log?.warn({ partition }, 'another process reads this input now: leaving it to that one');
          return 'fenced';
        }
      }
  } catch (error) {
    if (signal?.aborted) return 'aborted';
    throw error;
  }
  return 'end';
};

const open = ({ path, stream, signal }: LinesOptions): AsyncIterable<Buffer> => {
  const input: Readable = path === undefined ? stream : createReadStream(path, { highWaterMark: CHUNK });
  if (signal) addAbortSignal(signal, input);
  return unzipped(input, { name: path ?? 'standard input', mustBeGzip: path?.endsWith('.gz') ?? false });
};

/** Tries until `attempt` works; undefined when the signal came first. */
const persist = async <T>(
  attempt: () => Promise<T>,
  { signal, log, partition }: { signal?: AbortSignal; log?: Logger; partition: PartitionId },
): Promise<T | undefined> => {
  for (let wait = FIRST_WAIT, failures = 0; !signal?.aborted; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      const result = await attempt();
      if (failures > 0) log?.info({ partition, failures }, 'events can be stored again');
      return result;
    } catch (error) {
      if (failures === 0) log?.error({ partition, err: error }, 'events cannot be stored; reading waits');
      failures++;
    }
    // Cut short by the signal, which the loop then sees.
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
};
