/**
 * Bytes allocated on the heap, by its growth from one look to the next. A look at which it has shrunk had a collection
 * before it, and is taken to have grown by as much as the others did.
 */
import { getHeapStatistics } from 'node:v8';

const used = () => getHeapStatistics().used_heap_size;

export const createAllocation = () => {
  let before = used();
  let looks = 0;
  let grown = 0;
  let grownBy = 0;
  return {
    /** Once a batch. */
    look: () => {
      const now = used();
      looks += 1;
      if (now > before) {
        grown += 1;
        grownBy += now - before;
      }
      before = now;
    },
    bytes: () => (grown === 0 ? 0 : (grownBy * looks) / grown),
  };
};
