/** The gate of one process: gate.json, written before an order is answered, so that a pause outlives a restart. */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { isNotFound } from '../../runtime/errors.ts';
import { type Gate, handsOffSchema, modeSetSchema, pauseSchema } from './gate.ts';
import { createLocalGate, type GateState, OPEN } from './memory.ts';

const stateSchema = z.object({
  token: z.number(),
  // By target: a table by names from outside is read as pairs, for a provider may be called __proto__.
  seen: z.preprocess((table) => Object.entries(table ?? {}), z.array(z.tuple([z.string(), z.number()]))),
  paused: z.array(pauseSchema),
  handsOff: handsOffSchema.nullable().default(null),
  mode: modeSetSchema.nullable().default(null),
});

/** Rejects when gate.json is there and cannot be read: a pause must not be lost by starting over. */
export const createFileGate = async ({ path }: { path: string }): Promise<Gate> => {
  await mkdir(dirname(path), { recursive: true });
  return createLocalGate(await read(path), (state) =>
    writeFileAtomic(path, JSON.stringify({ ...state, seen: Object.fromEntries(state.seen) })),
  );
};

const read = async (path: string): Promise<GateState> => {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isNotFound(error)) return OPEN;
    throw error;
  }
  try {
    const { seen, ...state } = stateSchema.parse(JSON.parse(text));
    return { ...state, seen: new Map(seen) };
  } catch {
    throw new Error(
      `${path} cannot be read: who was paused is not known. Mend it, or remove it to pause nobody.`,
    );
  }
};
