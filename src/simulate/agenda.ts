/** The agenda: events already decided that have not happened yet, earliest first (a binary heap). */
import type { SmsEvent } from '../events/event.ts';

export interface Agenda {
  push(event: SmsEvent): void;
  /** Takes the earliest event, if it comes before `until` (epoch ms). */
  popBefore(until: number): SmsEvent | undefined;
  readonly size: number;
}

/** An empty agenda; pushing and taking cost the logarithm of its size. */
export const createAgenda = (): Agenda => {
  const heap: SmsEvent[] = [];
  const atOf = (index: number): number => heap[index]?.at ?? Number.POSITIVE_INFINITY;

  const push = (event: SmsEvent): void => {
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= event.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = event;
  };

  const sink = (event: SmsEvent): void => {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && atOf(left + 1) < atOf(left) ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || below.at >= event.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = event;
  };

  return {
    push,
    popBefore: (until) => {
      const first = heap[0];
      if (first === undefined || first.at >= until) return undefined;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(last);
      return first;
    },
    get size() {
      return heap.length;
    },
  };
};
