/**
 * The board: what the instances do not see, put where each of them reads it, and what people were told of that.
 * Adapters: this file's (embedded) and board-redis.ts. To put something up is also the way to know whether the
 * store takes anything.
 */
import { existsSync, readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { ms } from '../events/event.ts';
import { CAUSES, isSame, type Symptom, type ToldBlindness } from './blindness.ts';

export interface Board {
  /** Puts up what this instance does not see. Answers what all of them say, this one included. Rejects when the store is away. */
  share(own: readonly Symptom[]): Promise<readonly Symptom[]>;
  told(): Promise<readonly ToldBlindness[]>;
  noteTold(told: ToldBlindness): Promise<void>;
  forgetTold(told: ToldBlindness): Promise<void>;
}

export const symptomSchema = z.strictObject({
  cause: z.enum(CAUSES),
  provider: z.string().optional(),
  says: z.string(),
});
export const toldSchema = z.strictObject({
  id: z.string(),
  cause: z.enum(CAUSES),
  provider: z.string().optional(),
  since: z.number().int().transform(ms),
});

/** One process sees all there is to see; what was told is kept in a file, so that a restart tells how it ended. */
export const createFileBoard = ({ path }: { path: string }): Board => {
  let told: readonly ToldBlindness[] = existsSync(path)
    ? z.array(toldSchema).parse(JSON.parse(readFileSync(path, 'utf8')))
    : [];
  const keep = async (next: readonly ToldBlindness[]): Promise<void> => {
    await writeFileAtomic(path, JSON.stringify(next));
    told = next;
  };
  return {
    share: async (own) => own,
    told: async () => told,
    noteTold: (one) => keep([...told.filter((other) => !isSame(other, one)), one]),
    forgetTold: (one) => keep(told.filter((other) => !isSame(other, one))),
  };
};
