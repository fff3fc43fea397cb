/** How records become events, from the configuration. In: `intake`. Out: what parsing needs, made once. */
import { createMapping } from '../events/mapping.ts';
import { createReadNumber } from '../events/national-numbers.ts';
import type { ParseOptions } from '../events/parse.ts';
import { createWallClock } from '../events/wall-clock.ts';
import type { Config } from './schema.ts';

/** The options of parsing that `intake` says; the date up to which events are taken is its caller's. */
export const parsingFrom = (intake: Config['intake']): Omit<ParseOptions, 'latest'> => {
  const { preset, maxRecord, zone, country, mapping } = intake;
  const local = zone === undefined ? undefined : createWallClock(zone);
  return {
    preset,
    maxRecord,
    local,
    national: country === undefined ? undefined : createReadNumber(country),
    mapping: mapping === undefined ? undefined : createMapping(mapping, local),
  };
};
