/** Learns from complete hours whom a provider's marketing reached. In: the view. Out: reaches, by series. */
import { secondOf } from '../../events/event.ts';
import { coarser, toText } from '../../windows/distinct.ts';
import type { SealedStretch } from '../detector.ts';
import type { Exclusions } from '../learning/exclusions.ts';
import type { HeldSeries } from '../series/series-index.ts';
import type { WindowsView } from '../series/view-port.ts';
import { addHour, endOfHour, hourOf, REACH_REGISTERS, type Reach, repeatsOf, startOfHour } from './reach.ts';

/** The view holds little more than an hour, which touches no more hours of the clock than this. */
const HOURS_HELD = 3;

export const createReachLearning = (parts: {
  readonly reaches: Map<string, Reach>;
  /** Where it was noted that repeats were strong. */
  readonly incidents: Exclusions;
  readonly pauses: Exclusions;
}) => {
  const { reaches, incidents, pauses } = parts;

  /** What was before a pause says nothing of what is sent after it. */
  const learnHour = (view: WindowsView, { key, provider }: HeldSeries, hour: number): void => {
    const [from, to] = [secondOf(startOfHour(hour)), secondOf(endOfHour(hour))];
    if (pauses.touchesSeconds(provider, from, to)) {
      reaches.delete(key);
      return;
    }
    const messages = view.sum(key, from, to);
    const known = reaches.get(key);
    if (messages === 0 || (known?.hours.at(-1)?.[0] ?? 0) >= hour) return;
    const people = coarser(view.distinct(key, startOfHour(hour), endOfHour(hour)), REACH_REGISTERS);
    const repeated = incidents.touchesSeconds(repeatsOf(key), from, to) ? 1 : 0;
    reaches.set(key, addHour(known, [hour, messages, repeated, toText(people)]));
  };

  return ({ view, index, after, to }: Omit<SealedStretch, 'from'>): void => {
    if (view.first === undefined) return;
    const held = hourOf(view.first);
    const end = Math.min(hourOf(to + 1), held + HOURS_HELD);
    for (let hour = Math.max(hourOf(after + 1), held); hour < end; hour++) {
      for (const { marketing, isJudged } of index.groups)
        if (marketing && isJudged) learnHour(view, marketing, hour);
    }
  };
};
