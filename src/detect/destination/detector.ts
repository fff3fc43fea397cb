/** Messages to a country that the provider was never used for. */
import { type Second, second } from '../../events/event.ts';
import { HOUR_SECONDS } from '../../events/time.ts';
import type { CreateDetector } from '../detector.ts';
import type { Came } from '../series/came.ts';
import { addDestination, DESTINATIONS, judgeDestination } from './destinations.ts';
import { destinationFinding } from './findings.ts';

export const destinationDetector: CreateDetector = ({ learned, forecasts }) => {
  const destinations = learned.of(DESTINATIONS);

  /** Senders are learned as countries are: a new one is a sign of a break-in (origin/signs.ts), though no finding. */
  const learnSecond = (at: Second, came: Came): void => {
    for (const scope of ['country', 'sender'] as const)
      for (const { one } of came.of(scope))
        destinations.set(one.key, addDestination(destinations.get(one.key), at));
  };

  return {
    names: ['destination'],
    look: ({ view, came, at }) =>
      came.of('country').flatMap(({ one, group }) => {
        const since = second(at - HOUR_SECONDS + 1);
        const inAnHour = one.counts.sum(since, at);
        const watched = group.all ? forecasts.of(view, group.all).forecast.baseline.born * 60 : at;
        const strength = judgeDestination(destinations.get(one.key), { at, watched, inAnHour });
        return strength ? [destinationFinding(one, at, { strength, inAnHour, since })] : [];
      }),
    learn: ({ came }) => {
      for (const [at, second] of came) learnSecond(at, second);
    },
  };
};
