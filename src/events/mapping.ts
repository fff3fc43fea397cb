/**
 * A mapping of one's own: where a company's records have the event's fields, in which words, and in which dates.
 * In: what is configured, and a JSON object. Out: the object in tocsin's words, still to be checked. What the mapping
 * says nothing of is taken under tocsin's own name. Pure; compiled once, so that a record costs look-ups alone.
 */
import { DateTime } from 'luxon';
import { isGiven } from './checks.ts';
import { readDate } from './dates.ts';
import { isObject, type Json } from './json.ts';
import type { FieldNames } from './shape.ts';
import { createWallClock, type WallClock } from './wall-clock.ts';

/** The fields of events that a mapping may place. */
export const MAPPED_FIELDS = [
  ...(['id', 'type', 'at', 'provider', 'to', 'from', 'category', 'campaign', 'order', 'text'] as const),
  ...(['segments', 'error', 'start', 'end', 'audience', 'count', 'channel'] as const),
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Where one field is, and how it is written. */
export interface FieldSource {
  /** Keys, or paths of keys and positions with dots; the first that says anything counts. */
  readonly field: readonly string[];
  /** tocsin's word for each of theirs; one that is not here stays what it is. */
  readonly words?: Readonly<Record<string, string>>;
  /** How dates are written, in Luxon's tokens; those written otherwise are read in the usual ways. */
  readonly format?: string;
  /** Where the clocks stand that dates without an offset were read from. */
  readonly zone?: string;
  /** What holds where no field says anything. */
  readonly value?: string | number;
}

export type MappingSources = Partial<Readonly<Record<MappedField, FieldSource>>>;

export interface Mapping {
  /** The record in tocsin's words. */
  readonly read: (record: Json) => Json;
  /** What the company calls each field, so that a refusal names the one that its sender knows. */
  readonly names: FieldNames;
}

type Read = (value: unknown) => unknown;

/** Compiles a mapping; `local` reads dates of no zone of their own. */
export const createMapping = (sources: MappingSources, local?: WallClock): Mapping => {
  const fields = MAPPED_FIELDS.flatMap((name) => {
    const source = sources[name];
    return source === undefined
      ? []
      : [{ name, source, find: finderOf(source), read: readerOf(source, local) }];
  });
  return {
    read: (record) => {
      const raw: Record<string, unknown> = { ...record };
      for (const { name, find, read } of fields) raw[name] = read(find(record));
      return raw;
    },
    names: Object.fromEntries(
      fields.flatMap(({ name, source: { field } }) =>
        field.length === 0 ? [] : [[name, field.join(' or ')]],
      ),
    ),
  };
};

/** Finds what the first of a source's fields says that says anything. */
const finderOf = ({ field, value }: FieldSource): ((record: Json) => unknown) => {
  const paths = field.map((path) => ({ path, keys: path.split('.') }));
  return (record) => {
    for (const { path, keys } of paths) {
      // The columns of some exports have dots in their names.
      const found = Object.hasOwn(record, path) ? record[path] : keys.reduce(inside, record as unknown);
      if (isGiven(found)) return found;
    }
    return value;
  };
};

const inside = (value: unknown, key: string): unknown =>
  (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, key) ? (value as Json)[key] : undefined;

const readerOf = ({ words, format, zone }: FieldSource, local: WallClock | undefined): Read => {
  const clock = zone === undefined ? local : createWallClock(zone);
  const translate = words === undefined ? undefined : translatorOf(words);
  const formatted = format === undefined ? undefined : formatReader(format, clock);
  return (value) => {
    if (translate) return translate(value);
    const at = formatted?.(value);
    if (at !== undefined) return at;
    const known = zone === undefined ? undefined : readDate(value, clock);
    return typeof known === 'number' ? known : value;
  };
};

const translatorOf = (words: Readonly<Record<string, string>>): Read => {
  const table = new Map(Object.entries(words));
  return (value) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? (table.get(String(value).trim()) ?? value)
      : value;
};

/** The parts of a format that are text, which no token is in. */
const QUOTED = /'[^']*'/g;
/** Whether a format writes its offset. */
export const hasOffset = (format: string): boolean => /[Zz]/.test(format.replace(QUOTED, ''));
/** Whether a format writes the time of day. */
export const hasTime = (format: string): boolean => /[HhTtFf]/.test(format.replace(QUOTED, ''));

/** Reads dates in a format; undefined for what is not in it, or has neither an offset nor a clock to read it by. */
const formatReader = (
  format: string,
  clock: WallClock | undefined,
): ((value: unknown) => number | undefined) => {
  const parser = DateTime.buildFormatParser(format, { locale: 'en' });
  const isWhole = hasOffset(format);
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const read = DateTime.fromFormatParser(String(value).trim(), parser, { zone: 'utc', locale: 'en' });
    if (!read.isValid) return undefined;
    return isWhole ? read.toMillis() : clock?.(read.toMillis());
  };
};
