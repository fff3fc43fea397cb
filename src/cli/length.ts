/** A length of time as people write it: "250ms", "30s", "10m", "2h", "1d". */
import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a length of time, in ms, for an option that takes one. Throws commander's InvalidArgumentError. */
export const length = (text: string): number => {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (amount === undefined || factor === undefined)
    throw new InvalidArgumentError('must be a length of time such as 30s, 10m or 2h.');
  return Number(amount) * factor;
};
