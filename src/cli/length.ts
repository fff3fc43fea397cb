/** A length of time as people write it on the command line, which is as the configuration has it. */
import { InvalidArgumentError } from 'commander';
import { length as configured } from '../config/length.ts';

/** Reads a length of time, in ms, for an option that takes one. Throws commander's InvalidArgumentError. */
export const length = (text: string): number => {
  const { success, data } = configured.safeParse(text);
  if (!success) throw new InvalidArgumentError('must be a length of time such as 30s, 10m or 2h.');
  return data;
};
