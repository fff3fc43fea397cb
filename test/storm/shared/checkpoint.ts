/** The checkpoint of several machines, in one memory. */
import type { Checkpoint, WatchState } from '../../../src/evaluate/checkpoint.ts';
import { createFence, type Fence } from './fence.ts';

/** `learned`: what is known from before the run. */
export const createSharedCheckpoint = (
  learned: WatchState['learned'] = {},
  fence: Fence = createFence(),
): Checkpoint => {
  let kept: WatchState | undefined =
    Object.keys(learned).length > 0 ? { detected: null, sealed: null, learned } : undefined;
  return {
    load: async (token) => {
      fence(token);
      return kept;
    },
    save: async (state, token) => {
      fence(token);
      const all = Object.entries({ ...kept?.learned, ...state.learned });
      kept = { ...state, learned: Object.fromEntries(all.filter(([, text]) => text !== '')) };
    },
  };
};
