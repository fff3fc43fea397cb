/** What a detector is given: the windows, what is in them by provider, the second to look at, and where the line is. */
import type { Second } from '../events/event.ts';
import type { Scene } from './series/snapshot.ts';
import type { WindowsView } from './series/view-port.ts';

export interface Look {
  readonly view: WindowsView;
  readonly scene: Scene;
  readonly at: Second;
  /** Nats. */
  readonly threshold: number;
}
