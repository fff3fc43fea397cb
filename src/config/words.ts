/** Words that several parts of the configuration share. */
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { CATEGORIES } from '../events/event.ts';

/** A message's category. */
export const category = z.enum(CATEGORIES);
/** The name of a provider, a campaign, a keyword or the like. */
export const name = z.string().min(1).max(100);
/** An IANA time zone. */
export const zone = z.string().refine(IANAZone.isValidZone, 'must be an IANA time zone such as Europe/Paris');
