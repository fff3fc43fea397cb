/** The checkpoint of an embedded tocsin: one file, written whole, since embedded state is small. */
import { existsSync, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import type { Checkpoint, WatchState } from './checkpoint.ts';

export const createFileCheckpoint = ({ path }: { path: string }): Checkpoint => {
  let kept: Record<string, string> = {};
  return {
    load: async () => {
      if (!existsSync(path)) return undefined;
      const state = JSON.parse(readFileSync(path, 'utf8')) as WatchState;
      kept = { ...state.learned };
      return state;
    },
    save: async (state) => {
      kept = Object.fromEntries(
        Object.entries({ ...kept, ...state.learned }).filter(([, text]) => text !== ''),
      );
      await writeFileAtomic(path, JSON.stringify({ ...state, learned: kept }));
    },
  };
};
