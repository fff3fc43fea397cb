/** What a detector is given: the windows, what is in them by provider, the second to look at, and where the line is. */
import type { Second } from '../events/event.ts';
import type { SeriesIndex } from './series/series-index.ts';
import type { WindowsView } from './series/view-port.ts';

export interface Look {
  readonly view: WindowsView;
  readonly index: SeriesIndex;
  readonly at: Second;
  /** Nats. */
  readonly threshold: number;
}
