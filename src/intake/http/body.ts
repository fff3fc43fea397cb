/** A body as its records: pure. */
import { isUtf8 } from 'node:buffer';

export type BodyKind = 'json' | 'lines';

export interface BodyProblem {
  readonly error: string;
  readonly detail: string;
}

export interface BodyRecord {
  /** Its place in the array, or its line in the body, from 0. */
  readonly index: number;
  /** At most one byte longer than a record may be, which is enough to say so. */
  readonly value: Buffer;
}

const NEWLINE = 10;
const BOM = '\ufeff';

export const isProblem = (read: readonly BodyRecord[] | BodyProblem): read is BodyProblem => 'error' in read;

/** The records of a body, or why there is none in it: then nothing of it is JSON at all. */
export const recordsOf = (
  bytes: Buffer,
  kind: BodyKind,
  maxRecord: number,
): readonly BodyRecord[] | BodyProblem => {
  const cut = (value: Buffer) => value.subarray(0, maxRecord + 1);
  if (kind === 'lines') {
    const lines = linesOf(bytes);
    if (lines.length === 0) return EMPTY;
    // One that is JSON is enough: the others are dead letters, each with its reason.
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

/** JSON has no undefined, so that undefined means: not JSON. Bad UTF-8 in a line is found out when it is parsed. */
const jsonOf = (bytes: Buffer): unknown => {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.startsWith(BOM) ? text.slice(1) : text);
  } catch {
    // The caller says so.
    return undefined;
  }
};
