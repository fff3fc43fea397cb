/** The same with every sentence in other words: what decides otherwise afterwards went by what people read. */
import type { Action } from '../../src/incidents/action.ts';

/** Sentences of an action, of a verdict and of a change; a finding's own are its evidence, which is quoted. */
export const reworded = <T extends object>(value: T): T =>
  JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
    key === 'findings' || inner === null || typeof inner !== 'object' || Array.isArray(inner)
      ? inner
      : inOtherWords(inner),
  ) as T;

const inOtherWords = (one: object): object => {
  if (isAction(one))
    return { ...one, reason: 'for a reason', ...(one.refused ? { refused: 'so it is' } : {}) };
  const isTold = 'bites' in one || 'from' in one;
  return isTold ? { ...one, says: 'something happened' } : one;
};

const isAction = (one: object): one is Action => 'state' in one && 'dryRun' in one;
