/** Stretches of time that teach nothing, by name: a provider's incidents and pauses, a share's own excess. */
/** Learning lies four hours behind. */
const KEPT = 5 * 3_600;

/** `longest`: what goes on for longer, in seconds, is how it is now, and teaches from then on. */
export const createLeftOut = (longest = Number.POSITIVE_INFINITY) => {
  const stretches = new Map<string, Array<readonly [from: number, to: number]>>();
  const touchesSeconds = (name: string, from: number, to: number): boolean =>
    stretches.get(name)?.some(([since, until]) => since <= to && until >= from && from - since < longest) ===
    true;
  return {
    /** In epoch seconds, both ends included; stretches that touch become one. */
    add: (name: string, from: number, to: number): void => {
      const own = stretches.get(name) ?? [];
      stretches.set(name, own);
      const last = own.at(-1);
      if (last && from <= last[1] + 60)
        own[own.length - 1] = [Math.min(from, last[0]), Math.max(to, last[1])];
      else own.push([from, to]);
    },
    touchesSeconds,
    touches: (name: string, minute: number): boolean => touchesSeconds(name, minute * 60, minute * 60 + 59),
    forget: (at: number): void => {
      for (const [name, own] of stretches) {
        const kept = own.filter(([, to]) => to >= at - KEPT);
        if (kept.length === 0) stretches.delete(name);
        else stretches.set(name, kept);
      }
    },
  };
};
