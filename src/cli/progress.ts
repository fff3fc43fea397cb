/** One line on a terminal that says how far long work has come; silent anywhere else. */

export interface Progress {
  /** Adds to what is done, and shows it with a note, at most a few times a second. */
  add(amount: number, note: string): void;
  /** Clears the line. */
  done(): void;
}

/** How often the line is written at most, in ms. */
const EVERY = 200;

/** A line under `name`, of work that is `total` in the unit of `add`, or 0 when that is not known. */
export const createProgress = (
  name: string,
  total: number,
  out: NodeJS.WriteStream = process.stderr,
): Progress => {
  if (!out.isTTY) return { add: () => {}, done: () => {} };
  let sum = 0;
  let shownAt = 0;
  return {
    add: (amount, note) => {
      sum += amount;
      if (Date.now() - shownAt < EVERY) return;
      shownAt = Date.now();
      const share = total > 0 ? `${Math.min(100, Math.floor((100 * sum) / total))} % ` : '';
      out.write(`\r\x1b[K${name}: ${share}${note}`);
    },
    done: () => void out.write('\r\x1b[K'),
  };
};
