/** Messages to a country that the provider was never used for. */
import { type Second, second } from '../../events/event.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import type { CreateDetector } from '../detector.ts';
import { eachSecond } from '../series/each-second.ts';
import type { SeriesGroup } from '../series/series-index.ts';
import { addDestination, DESTINATIONS, judgeDestination } from './destinations.ts';
import { destinationFinding } from './findings.ts';

export const destinationDetector: CreateDetector = ({ learned, forecasts }) => {
  const destinations = learned.of(DESTINATIONS);

  /** Senders are learned as countries are: a new one is a sign of a break-in (origin/signs.ts), though no finding. */
  const learnSecond = ({ countries, senders }: SeriesGroup, at: Second): void => {
    for (const parts of [countries, senders]) {
      for (const { key, counts } of parts) {
        if (counts.count(at) > 0) destinations.set(key, addDestination(destinations.get(key), at));
      }
    }
  };

  return {
    names: ['destination'],
    look: ({ view, index, at }) =>
      index.groups.flatMap((group) =>
        group.countries.flatMap((one) => {
          if (one.counts.count(at) === 0) return [];
          const since = second(at - HOUR_SECONDS + 1);
          const inAnHour = one.counts.sum(since, at);
          const watched = group.all ? forecasts.of(view, group.all).forecast.baseline.born * 60 : at;
          const strength = judgeDestination(destinations.get(one.key), { at, watched, inAnHour });
          return strength ? [destinationFinding(one, at, { strength, inAnHour, since })] : [];
        }),
      ),
    learn: (stretch) => eachSecond(stretch, learnSecond),
  };
};
