/** Providers that should be sending and are not. */
import { DAY_SECONDS } from '../../events/time.ts';
import type { CreateDetector } from '../detector.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { silenceFinding } from './findings.ts';
import { findSilence, type Silence } from './silence.ts';

/** A provider silent for longer, in seconds, has been given up. */
const GIVEN_UP = DAY_SECONDS;

export const silenceDetector: CreateDetector = ({ forecasts, watchedOf }) => ({
  names: ['silence'],
  look: () => [],
  lookForAbsence: ({ view, at, complete, threshold }) => {
    const found: Array<{ one: WatchedSeries; silence: Silence }> = [];
    for (const [key, { forecast, counts }] of forecasts.opened(view)) {
      const one = watchedOf(key);
      if (one?.scope !== 'all' || complete - forecast.sealed() > GIVEN_UP) continue;
      const silence = findSilence({ forecast, counts, complete, threshold });
      if (silence) found.push({ one, silence });
    }
    return clearestOfProvider(found, ({ one }) => [one, one.metric === 'sent' ? 1 : 0]).map(
      ({ one, silence }) => silenceFinding(one, silence, at),
    );
  },
});
