/** The fence before a store that several machines share: it lets nobody write who held the lease before another did. */
import { Fenced } from '../../../src/cluster/lease.ts';

/** Answers what is to be called with the token of each write, and throws `Fenced` when it is an old one. */
export type Fence = (token: number | undefined) => void;

export const createFence = (): Fence => {
  let seen = 0;
  return (token) => {
    if (token === undefined) return;
    if (token < seen) throw new Fenced();
    seen = token;
  };
};
