/**
 * Stretches of time that teach nothing, by name: a provider's incidents and pauses, a burst of a series, a share's
 * excess. What was found in a second that still fills is only noted, and found again or not at the next look; it
 * stands once the second is complete, so that it does not matter how often one has looked.
 */

/** Stretches are kept for so many seconds: learning lies four hours behind. */
const KEPT = 5 * 3_600;

/** What goes on for more than `longest` seconds is how it is now, and teaches from then on. */
export const createExclusions = (longest = Number.POSITIVE_INFINITY) => {
  const stretches = new Map<string, Array<readonly [from: number, to: number]>>();
  /** By whose windows it was found in, and the second it was found in: name and beginning. */
  const notes = new Map<string, Map<number, Map<string, number>>>();
  const notesOf = (scope: string): Map<number, Map<string, number>> => {
    const known = notes.get(scope) ?? new Map<number, Map<string, number>>();
    notes.set(scope, known);
    return known;
  };

  const touchesSeconds = (name: string, from: number, to: number): boolean =>
    stretches.get(name)?.some(([since, until]) => since <= to && until >= from && from - since < longest) ===
    true;

  /** In epoch seconds, both ends included; stretches that touch become one. What comes late may lie anywhere. */
  const add = (name: string, from: number, to: number): void => {
    const own = stretches.get(name) ?? [];
    stretches.set(name, own);
    const within = own.some(([since, until]) => since <= from && until >= to);
    if (within) return;
    const last = own.at(-1);
    if (last && from <= last[1] + 60) own[own.length - 1] = [Math.min(from, last[0]), Math.max(to, last[1])];
    else own.push([from, to]);
  };

  return {
    add,
    /** [from, at] was found at `at`, which may still fill; `scope`: the provider whose windows it was found in. */
    note: (scope: string, name: string, from: number, at: number): void => {
      const own = notesOf(scope);
      const found = own.get(at) ?? new Map<string, number>();
      own.set(at, found.set(name, Math.min(from, found.get(name) ?? from)));
    },
    /** `at` is looked at anew, in one provider's windows or in everybody's. */
    renew: (at: number, scope?: string): void => {
      for (const own of scope === undefined ? notes.values() : [notesOf(scope)]) own.delete(at);
    },
    /** What was noted up to and with `to` stands. */
    seal: (to: number, scope?: string): void => {
      for (const own of scope === undefined ? notes.values() : [notesOf(scope)]) {
        for (const [at, found] of own) {
          if (at > to) continue;
          for (const [name, from] of found) add(name, from, at);
          own.delete(at);
        }
      }
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

export type Exclusions = ReturnType<typeof createExclusions>;
