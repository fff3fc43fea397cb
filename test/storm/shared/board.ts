/** The board of several machines, in one memory: what one has put up counts for ten seconds, as board-redis.ts has it. */
import type { Clock } from '../../../src/events/event.ts';
import { isSame, type Symptom, type ToldBlindness } from '../../../src/health/blindness.ts';
import type { Board } from '../../../src/health/board.ts';

const GONE = 10_000;

/** Answers the board as one machine sees it. `clock` is the server's. */
export const createSharedBoard = (clock: Clock): ((machine: string) => Board) => {
  const posts = new Map<string, { readonly at: number; readonly symptoms: readonly Symptom[] }>();
  let told: readonly ToldBlindness[] = [];
  return (machine) => ({
    share: async (own) => {
      const now = clock();
      posts.set(machine, { at: now, symptoms: own });
      return [...posts.values()].flatMap(({ at, symptoms }) => (now - at <= GONE ? symptoms : []));
    },
    told: async () => told,
    noteTold: async (one) => {
      told = [...told.filter((other) => !isSame(other, one)), one];
    },
    forgetTold: async (one) => {
      told = told.filter((other) => !isSame(other, one));
    },
  });
};
