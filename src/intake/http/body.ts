/** A request's body as its records. In: bytes and how to read them. Out: records, or what is wrong. Pure. */
import { isUtf8 } from 'node:buffer';
import { parseExactly } from '../../events/json.ts';

export type BodyKind = 'json' | 'lines';

/** Why a request is refused, as its sender is told: a stable code, and a sentence. */
export interface BodyProblem {
  readonly error: string;
  readonly detail: string;
}

export interface BodyRecord {
  /** The record's place in the array, or its line in the body, from 0. */
  readonly index: number;
  /** The record, cut at one byte more than the limit, which is enough to find it too long. */
  readonly value: Buffer;
}

const NEWLINE = 10;
const BOM = '\ufeff';

/** Whether a body could not be read. */
export const isProblem = (read: readonly BodyRecord[] | BodyProblem): read is BodyProblem => 'error' in read;

/** The records of a body, or why it has none; `maxRecord` is in bytes. A bad record among good ones stays a record. */
export const recordsOf = (
  bytes: Buffer,
  kind: BodyKind,
  maxRecord: number,
): readonly BodyRecord[] | BodyProblem => {
  const cut = (value: Buffer) => value.subarray(0, maxRecord + 1);
  if (kind === 'lines') {
    const lines = linesOf(bytes);
    if (lines.length === 0) return EMPTY;
    // One line that is JSON makes the body readable: the others become dead letters, each with its reason.
    if (!lines.some(({ value }) => jsonOf(value) !== undefined)) return { ...NOT_JSON, detail: NO_LINE };
    return lines.map(({ index, value }) => ({ index, value: cut(value) }));
  }
  if (bytes.length === 0) return EMPTY;
  if (!isUtf8(bytes)) return NOT_UTF8;
  const json = jsonOf(bytes);
  if (json === undefined) return NOT_JSON;
  if (!Array.isArray(json)) return [{ index: 0, value: cut(bytes) }];
  return json.map((one, index) => ({ index, value: cut(Buffer.from(JSON.stringify(one))) }));
};

const EMPTY: BodyProblem = {
  error: 'empty',
  detail: 'The body is empty: send one event, an array of them, or one a line.',
};
const NOT_JSON: BodyProblem = { error: 'not_json', detail: 'The body is not JSON.' };
const NOT_UTF8: BodyProblem = { error: 'not_utf8', detail: 'The body is not UTF-8.' };
const NO_LINE = 'No line of the body is JSON: NDJSON has one JSON object a line.';

const linesOf = (bytes: Buffer): BodyRecord[] => {
  const lines: BodyRecord[] = [];
  for (let start = 0, index = 0; start < bytes.length; index++) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found === -1 ? bytes.length : found;
    const bare = bytes[end - 1] === 13 && end > start ? end - 1 : end;
    if (bare > start) lines.push({ index, value: bytes.subarray(start, bare) });
    start = end + 1;
  }
  return lines;
};

/** The value of JSON bytes, or undefined, which no JSON is. Bad UTF-8 in a line is found out when it is parsed. */
const jsonOf = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8');
  try {
    return parseExactly(text.startsWith(BOM) ? text.slice(1) : text);
  } catch {
    // The caller says so.
    return undefined;
  }
};
