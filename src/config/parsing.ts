/** How records become events, from the configuration. In: `intake`. Out: what parsing needs, made once. */

import { createReadNumber } from '../events/national-numbers.ts';
import type { ParseOptions } from '../events/parse.ts';
import { createWallClock } from '../events/wall-clock.ts';
import type { Config } from './schema.ts';

/** The options of parsing that `intake` says; the date up to which events are taken is its caller's. */
export const parsingFrom = ({
  preset,
  maxRecord,
  zone,
  country,
}: Config['intake']): Omit<ParseOptions, 'latest'> => ({
  preset,
  maxRecord,
  ...(zone === undefined ? {} : { local: createWallClock(zone) }),
  ...(country === undefined ? {} : { national: createReadNumber(country) }),
});
