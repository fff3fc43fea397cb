/**
 * `tocsin check --sample FILE`: what each of a file's first lines becomes, or why it becomes nothing, so that a mapping
 * is right before a daemon counts by it. In: lines and how they are read. Out: a line of words each; numbers are masked.
 */
import { createReadStream } from 'node:fs';
import type { SmsEvent } from '../events/event.ts';
import { type ParseOptions, parseRecord } from '../events/parse.ts';
import { maskAddress, maskDigits } from '../events/text/mask.ts';
import { rfc3339 } from '../events/time.ts';
import { lines } from '../intake/file/ndjson.ts';

/** What became of one line; lines count from 1. */
export type SampleLine =
  | { readonly line: number; readonly ok: true; readonly event: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly ok: false; readonly reason: string; readonly detail: string };

const FIRST = 20;
const TEXT_SHOWN = 60;

/** Reads the first lines of a file (.gz too), "-" for standard input. */
export const readSample = async (file: string, parse: ParseOptions): Promise<SampleLine[]> => {
  const stream = file === '-' ? process.stdin : createReadStream(file);
  const sample: SampleLine[] = [];
  for await (const read of lines(stream, parse.maxRecord)) {
    for (const value of read.slice(0, FIRST - sample.length)) {
      const line = sample.length + 1;
      const parsed = parseRecord(value, parse);
      sample.push(parsed.ok ? { line, ok: true, event: shown(parsed.event) } : { line, ...parsed });
    }
    if (sample.length >= FIRST) break;
  }
  stream.destroy();
  return sample;
};

/** An event's fields as they may be shown: dates in UTC, nobody's number, no digit of a text. */
const shown = (event: SmsEvent): Readonly<Record<string, unknown>> => {
  const fields = Object.entries(event).filter(([, value]) => value !== undefined);
  return Object.fromEntries(fields.map(([name, value]) => [name, shownField(name, value)]));
};

const shownField = (name: string, value: unknown): unknown => {
  if (name === 'at' || name === 'start' || name === 'end') return rfc3339(Number(value));
  if (name === 'to' || name === 'from') return maskAddress(String(value));
  if (name !== 'text') return value;
  const text = maskDigits(String(value));
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN)}…` : text;
};

/** The sample as a person reads it: a line each, and how many became events. */
export const renderSample = (sample: readonly SampleLine[]): string => {
  const good = sample.filter(({ ok }) => ok).length;
  return [...sample.map(renderLine), `${good} of ${sample.length} lines become events`, ''].join('\n');
};

const renderLine = (one: SampleLine): string => {
  const number = String(one.line).padStart(3);
  if (!one.ok) return `${number}  refused (${one.reason}): ${one.detail}`;
  const { type, ...fields } = one.event;
  const told = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${number}  ${String(type)}: ${told.join(' ')}`;
};
