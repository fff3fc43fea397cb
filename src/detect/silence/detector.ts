/** Providers that should be sending and are not. */
import { second } from '../../events/event.ts';
import { DAY_SECONDS, MINUTE_SECONDS } from '../../events/time.ts';
import type { CreateDetector } from '../detector.ts';
import type { WatchedSeries } from '../series/classify.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { silenceFinding } from './findings.ts';
import { findSilence, type Silence, silentAtSoonest } from './silence.ts';

/** A provider silent for longer, in seconds, has been given up. */
const GIVEN_UP = DAY_SECONDS;

export const silenceDetector: CreateDetector = ({ forecasts, watchedOf }) => ({
  names: ['silence'],
  look: () => [],
  lookForAbsence: ({ view, at, complete, threshold }) => {
    const found: Array<{ one: WatchedSeries; silence: Silence }> = [];
    let again = second(complete + MINUTE_SECONDS);
    for (const [key, { forecast, counts }] of forecasts.opened(view)) {
      const one = watchedOf(key);
      if (one?.scope !== 'all' || complete - forecast.sealed() > GIVEN_UP) continue;
      const silence = findSilence({ forecast, counts, complete, threshold });
      if (silence) found.push({ one, silence });
      const soonest = silence ? complete + 1 : silentAtSoonest({ forecast, counts, complete, threshold });
      again = second(Math.min(again, soonest));
    }
    const findings = clearestOfProvider(found, ({ one }) => [one, one.metric === 'sent' ? 1 : 0]).map(
      ({ one, silence }) => silenceFinding(one, silence, at),
    );
    return { findings, again };
  },
});
