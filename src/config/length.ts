/** Lengths of time in the configuration, as people write them. */
import { z } from 'zod';
import type { Duration } from '../events/event.ts';
import { DAY, HOUR, MINUTE } from '../events/time.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE, h: HOUR, d: DAY };

/** A length of time as people write it, such as "250ms", "3s", "10m", "2h" or "1d"; in ms once it is parsed. */
export const length = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'must be a length of time such as 250ms, 3s, 10m, 2h or 1d')
  .transform((text) => {
    const [, amount = '0', unit = 'ms'] = /^([\d.]+)(\w+)$/.exec(text) ?? [];
    return (Number(amount) * (UNITS[unit] ?? 1)) as Duration;
  });
/** A length of time that is `text` when the configuration does not say. */
export const lengthOf = (text: string) => length.prefault(text);
