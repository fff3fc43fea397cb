/** One line on a terminal that says how far long work has come; silent anywhere else. */

export interface Progress {
  add(amount: number, note: string): void;
  done(): void;
}

const EVERY = 200;

/** `total` in the unit of `add`; 0 when it is not known. */
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
