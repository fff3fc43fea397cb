/** `intake.mapping`: where a company's records have the event's fields, in which words, and in which dates. */
import { DateTime } from 'luxon';
import { z } from 'zod';
import { CHANNELS } from '../events/channels.ts';
import { CATEGORIES } from '../events/event.ts';
import { hasOffset, hasTime } from '../events/mapping.ts';
import { EVENT_TYPES } from '../events/words.ts';
import { zone } from './words.ts';

const path = z.string().min(1).max(200);
/** A key such as `msg_id`, a path such as `data.message.id`, or several, of which the first that says anything counts. */
const field = z.union([path.transform((one) => [one]), z.array(path).min(1)]);

/** YAML writes the words of a table as numbers and booleans where they look so. */
const word = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const wordsTo = <T extends z.ZodType<string>>(target: T) => z.record(z.string(), target).optional();

const isFormat = (format: string): boolean => {
  const written = DateTime.utc(2026, 10, 28, 20, 5).toFormat(format);
  return hasTime(format) && DateTime.fromFormat(written, format).isValid;
};

/** A field in the short way, by where it is alone. */
const placed = <T extends z.ZodType>(source: T) =>
  z.union([field.transform((at) => ({ field: at })), source]).optional();

const sourceOf = <T extends z.ZodType<string>>(target: T) =>
  placed(
    z
      .strictObject({
        field: field.default([]),
        /** tocsin's word for each of theirs; a word that is not here is taken as it is. */
        words: wordsTo(target),
        /** What holds where no field says anything: { value: alpha } for the provider of a file of its own. */
        value: z.union([z.string(), z.number()]).optional(),
      })
      .refine(...isSomewhere),
  );

const isSomewhere = [
  (source: { readonly field: readonly string[]; readonly value?: unknown }) =>
    source.field.length > 0 || source.value !== undefined,
  'must name its field, or a value that always holds',
] as const;

const date = placed(
  z.strictObject({
    field,
    /** How dates are written, in Luxon's tokens: dd/MM/yyyy HH:mm:ss; those written otherwise are read as usual. */
    format: z
      .string()
      .min(1)
      .refine(isFormat, "must be of Luxon's tokens and have the time of day, as dd/MM/yyyy HH:mm:ss")
      .optional(),
    /** Where the clocks stand that they were read from; by default intake.zone. */
    zone: zone.optional(),
  }),
);

const text = sourceOf(word);

/** Each of the event's fields that has another name, place or form; the others are read under their own names. */
export const mapping = z
  .strictObject({
    id: text,
    /** Of words for what is no fact about a message, such as a draft: other, which is counted apart. */
    type: sourceOf(z.enum(EVENT_TYPES)),
    at: date,
    provider: text,
    to: text,
    from: text,
    category: sourceOf(z.enum(CATEGORIES)),
    campaign: text,
    order: text,
    text,
    segments: text,
    error: text,
    start: date,
    end: date,
    audience: text,
    count: text,
    /** Which channel the message goes by, where a stream has several: one that is no SMS is counted apart. */
    channel: sourceOf(z.enum(['sms', ...CHANNELS])),
  })
  .optional();

/** The fields whose dates have neither an offset nor a zone, which would all be refused. */
export const withoutZone = (mapped: z.output<typeof mapping>): string[] =>
  (['at', 'start', 'end'] as const).filter((name) => {
    const source = mapped?.[name];
    return (
      source !== undefined &&
      'format' in source &&
      source.format !== undefined &&
      source.zone === undefined &&
      !hasOffset(source.format)
    );
  });
