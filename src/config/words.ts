/** Words that several parts of the configuration share. */
import { IANAZone } from 'luxon';
import { z } from 'zod';
import { CATEGORIES } from '../events/event.ts';

export const category = z.enum(CATEGORIES);
export const name = z.string().min(1).max(100);
export const zone = z.string().refine(IANAZone.isValidZone, 'must be an IANA time zone such as Europe/Paris');
