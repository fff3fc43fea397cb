/**
 * Virtual time: one instant after the other, each as soon as nothing is left to do at the one before. In: calls that
 * are to be made later. Out: the same calls in the order of their instants; of those of one instant, in an order that
 * the seed draws. Nothing here waits for the machine's clock, so that the same seed gives the same run.
 */
import type { Random } from '../../src/simulate/random.ts';

export interface Time {
  /** The instant, in epoch ms. */
  now(): number;
  /** Calls back after `length` ms. Answers how to cancel that. */
  after(length: number, call: () => void): () => void;
  /** Lets time pass up to `until`, or until `isOver` says so between two calls. */
  run(until: number, isOver?: () => boolean): Promise<void>;
  /** How many calls were made. */
  readonly steps: () => number;
}

interface Wake {
  readonly at: number;
  readonly tie: number;
  call: (() => void) | undefined;
}

/** Time that stands at `start`, in epoch ms. */
export const createTime = (start: number, random: Random): Time => {
  const heap: Wake[] = [];
  let now = start;
  let steps = 0;
  return {
    now: () => now,
    after: (length, call) => {
      const wake: Wake = { at: now + Math.max(0, length), tie: random.unit(), call };
      push(heap, wake);
      return () => {
        wake.call = undefined;
      };
    },
    run: async (until, isOver = () => false) => {
      while (!isOver()) {
        const next = heap[0];
        if (next === undefined || next.at > until) break;
        pop(heap);
        if (next.call === undefined) continue;
        now = next.at;
        steps += 1;
        next.call();
        await settled();
      }
      now = Math.max(now, isOver() ? now : until);
    },
    steps: () => steps,
  };
};

/**
 * Resolves once every promise that can go on has gone on: Node makes the next tick only then. A turn of the event loop
 * says the same at three times the price.
 */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

const isBefore = (one: Wake, other: Wake): boolean =>
  one.at < other.at || (one.at === other.at && one.tie < other.tie);

/** Adds to a binary heap whose first is the next. */
const push = (heap: Wake[], wake: Wake): void => {
  let at = heap.length;
  heap.push(wake);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(wake, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = wake;
};

/** Takes the first away. */
const pop = (heap: Wake[]): void => {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, last)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = last;
};
