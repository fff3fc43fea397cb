/** Words that several parts of the configuration share. */
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { CATEGORIES } from '../events/event.ts';

/** A message's category. */
export const category = z.enum(CATEGORIES);
/** The name of a provider, a campaign, a keyword or the like. */
export const name = z.string().min(1).max(100);

/**
 * A table by names that come from outside. It has no prototype, so that a provider called `constructor` finds nothing
 * under its name that nobody configured.
 */
export const byName = <T extends z.ZodType>(value: T) =>
  z
    .record(name, value)
    .prefault({})
    .transform((table): Readonly<Record<string, z.output<T>>> => Object.assign(Object.create(null), table));

/** An IANA time zone. */
export const zone = z.string().refine(IANAZone.isValidZone, 'must be an IANA time zone such as Europe/Paris');
