/**
 * What STOP shows, provider by provider: marketing after an opt-out, people whom nobody took off the base, and codes
 * at which nothing arrives.
 */
import { DAY_SECONDS, HOUR_SECONDS } from '../../events/time.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { perGeneration } from '../series/per-generation.ts';
import { ignoredFinding, silentCodeFinding, unrecordedFinding } from './findings.ts';
import { stopSeriesOf } from './series.ts';
import { findIgnored, findUnrecorded } from './stop.ts';
import { findSilentCode, learnCodes, newStop, STOP_STATES, shareOfAll } from './stop-codes.ts';

export const stopDetector: CreateDetector = (context) => {
  const config = context.config.stop;
  const stopSeries = perGeneration(({ view, index }) => stopSeriesOf(view, index.providers));
  const states = context.learned.of(STOP_STATES);
  /** The share of messages that are answered, over all codes; worked out anew when something was learned. */
  let share: number | undefined;

  const ignored = ({ came, at }: Look): Finding[] => {
    const found = came.of('withdrawn').flatMap(({ one, group: { marketing } }) => {
      if (!marketing) return [];
      const seen = findIgnored({ withdrawn: one.counts, marketing: marketing.counts }, at, config.tolerated);
      return seen ? [{ one, seen }] : [];
    });
    return clearestOfProvider(found, ({ one, seen }) => [one, seen.count]).map(({ one, seen }) =>
      ignoredFinding(one, seen, { at, grace: config.grace }),
    );
  };

  /** A stream in which nobody who asked was ever taken off does not carry that: it proves nothing. */
  const unrecorded = (look: Look): Finding[] =>
    stopSeries(look).flatMap((one) => {
      const { at } = look;
      if (one.unrecorded.count(at) === 0 || !states.get(one.provider)?.recorded) return [];
      const seen = findUnrecorded(one, at, config.tolerated);
      return seen ? [unrecordedFinding(one, seen, { at, limit: config.limit })] : [];
    });

  const silentCodes = (look: Look): Finding[] =>
    stopSeries(look).flatMap(({ provider, codes }) => {
      const { at } = look;
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
    names: ['stop_ignored', 'stop_unrecorded', 'stop_dead'],
    look: (look) => [...ignored(look), ...unrecorded(look), ...silentCodes(look)],
    learnMinute: (stretch) => {
      const at = stretch.to;
      const before = shareOfAll(states.values());
      share = undefined;
      for (const { provider, recorded, codes } of stopSeries(stretch)) {
        const state = states.get(provider) ?? newStop();
        states.set(provider, state);
        if (at - state.recorded > DAY_SECONDS && recorded.sum(at - HOUR_SECONDS, at) > 0) state.recorded = at;
        learnCodes(state, codes, at, before);
      }
    },
  };
};
