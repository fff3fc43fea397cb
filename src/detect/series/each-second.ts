/** Goes through the seconds of a stretch, provider by provider. */
import { type Second, second } from '../../events/event.ts';
import type { IndexedWindows, SeriesGroup } from './series-index.ts';
import type { WindowsView } from './view-port.ts';

/** Visits each second of [from, to] of each group that has messages in it. */
export const eachSecond = (
  { view, index, from, to }: IndexedWindows & { readonly from: Second; readonly to: Second },
  visit: (group: SeriesGroup, at: Second, view: WindowsView) => void,
): void => {
  for (const group of index.groups) {
    if (!group.all || group.all.counts.sum(from, to) === 0) continue;
    for (let at = from as number; at <= to; at++) visit(group, second(at), view);
  }
};
