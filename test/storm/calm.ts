/**
 * Calm: how long nothing was in the way between two instants. In: every disturbance, as it is known. Out: the time that
 * is left without them, by which alone a bound can be held against tocsin.
 */
export interface Calm {
  /** From `from` to `until` something is in the way, or what was is being made up for. */
  disturb(from: number, until: number): void;
  /** How many ms of [from, to] nothing was. */
  within(from: number, to: number): number;
  /** How many ms the longest disturbance took that began before `at`. */
  longest(at: number): number;
}

export const createCalm = (): Calm => {
  /** Disjoint, in order. */
  let spells: ReadonlyArray<{ readonly from: number; readonly until: number }> = [];
  return {
    disturb: (from, until) => {
      const apart = spells.filter((one) => one.until < from || one.from > until);
      const joined = spells.filter((one) => one.until >= from && one.from <= until);
      const whole = {
        from: Math.min(from, ...joined.map((one) => one.from)),
        until: Math.max(until, ...joined.map((one) => one.until)),
      };
      spells = [...apart, whole].sort((a, b) => a.from - b.from);
    },
    within: (from, to) => {
      if (to <= from) return 0;
      const away = spells.reduce(
        (sum, one) => sum + Math.max(0, Math.min(one.until, to) - Math.max(one.from, from)),
        0,
      );
      return to - from - away;
    },
    longest: (at) => Math.max(0, ...spells.map((one) => Math.min(one.until, at) - one.from)),
  };
};
