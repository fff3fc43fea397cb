/**
 * What STOP shows, provider by provider: marketing after an opt-out, people nobody took off, codes that are dead.
 * In: the series index and a second. Out: findings; and what complete seconds teach.
 */

import type { Config } from '../../config/schema.ts';
import type { Second } from '../../events/event.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../events/time.ts';
import type { Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import type { Learned } from '../learning/learned.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import type { SeriesIndex } from '../series/series-index.ts';
import { ignoredFinding, silentCodeFinding, unrecordedFinding } from './findings.ts';
import { findIgnored, findUnrecorded } from './stop.ts';
import { findSilentCode, learnCodes, newStop, STOP_STATES, shareOfAll } from './stop-codes.ts';

export const createStopFindings = (parts: {
  readonly learned: Learned;
  readonly config: Config['detect']['stop'];
}) => {
  const { learned, config } = parts;
  const states = learned.of(STOP_STATES);
  /** Of all codes; worked out anew when something was learned. */
  let share: number | undefined;

  const ignored = ({ index, at }: Look): Finding[] => {
    const found = index.groups.flatMap(({ withdrawn: one, marketing }) => {
      if (!one || !marketing || one.counts.count(at) === 0) return [];
      const seen = findIgnored({ withdrawn: one.counts, marketing: marketing.counts }, at, config.tolerated);
      return seen ? [{ one, seen }] : [];
    });
    return clearestOfProvider(found, ({ one, seen }) => [one, seen.count]).map(({ one, seen }) =>
      ignoredFinding(one, seen, { at, grace: config.grace }),
    );
  };

  /** A stream in which nobody who asked was ever taken off does not carry that: it proves nothing. */
  const unrecorded = ({ index, at }: Look): Finding[] =>
    index.stops.flatMap((one) => {
      if (one.unrecorded.count(at) === 0 || !states.get(one.provider)?.recorded) return [];
      const seen = findUnrecorded(one, at, config.tolerated);
      return seen ? [unrecordedFinding(one, seen, { at, limit: config.limit })] : [];
    });

  const silentCodes = ({ index, at }: Look): Finding[] =>
    index.stops.flatMap(({ provider, codes }) => {
      const state = states.get(provider);
      if (!state) return [];
      const known = share ?? shareOfAll(states.values());
      share = known;
      return codes.flatMap((code) => {
        if (code.named.count(at) === 0 || config.codesElsewhere.includes(code.code)) return [];
        const seen = findSilentCode(state, code, { at, share: known });
        return seen ? [silentCodeFinding({ ...code, provider }, seen, at)] : [];
      });
    });

  return {
    find: (look: Look): Finding[] => [...ignored(look), ...unrecorded(look), ...silentCodes(look)],
    /** Once a minute, of seconds that are complete. */
    learn: ({ stops }: SeriesIndex, at: Second): void => {
      const before = shareOfAll(states.values());
      share = undefined;
      for (const { provider, recorded, codes } of stops) {
        const state = states.get(provider) ?? newStop();
        states.set(provider, state);
        if (at - state.recorded > DAY_SECONDS && recorded.sum(at - HOUR_SECONDS, at) > 0) state.recorded = at;
        learnCodes(state, codes, at, before);
      }
    },
  };
};
