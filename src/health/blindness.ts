/**
 * Blindness: what keeps tocsin from seeing, cause by cause, so that its silence always means that all is well.
 * In: what is in the way at an instant. Out: the next state; a cause that lasted is open until it has been gone for as
 * long as it takes to trust that. Pure.
 *
 * Each cause fills a vessel while it is there (within `after`) and drains it while it is not (within `over`): full, it
 * opens, and it stays open until the vessel is empty. So a short fault opens nothing, and one that comes and goes is
 * one blindness, told once.
 */
import type { Duration, Ms } from '../events/event.ts';

/**
 * store, kafka: away. lag: records wait. lost: some were deleted unread. log: it ends before what was counted, as a topic
 * made anew does. silence: nothing comes where there always was something. clock: the events' time is not ours.
 * dead-letters: too many records cannot be read. delay: one provider's reports come later than they used to.
 */
export const CAUSES = [
  'store',
  'kafka',
  'lag',
  'lost',
  'log',
  'silence',
  'clock',
  'dead-letters',
  'delay',
] as const;
export type Cause = (typeof CAUSES)[number];

/** One thing that is in the way of seeing at the moment, in one sentence. */
export interface Symptom {
  readonly cause: Cause;
  /** Of whom alone it keeps tocsin from seeing; absent, it is in the way of everything. */
  readonly provider?: string;
  readonly says: string;
}

export interface Blindness extends Symptom {
  /** Since when it was there, on and off. */
  readonly since: Ms;
  /** How full the vessel is, in ms up to `after`. */
  readonly filled: number;
  readonly isOpen: boolean;
}

export interface BlindnessState {
  readonly at: Ms;
  readonly causes: readonly Blindness[];
}

export interface BlindnessPatience {
  readonly after: Duration;
  readonly over: Duration;
}

/** A look stands for the time since the last one, but for no longer than this, in ms: a process may have been stopped. */
const LOOK = 5_000;
/** When instances describe one cause differently, so many descriptions are told. */
const NAMED = 3;

export const noBlindness = (at: Ms): BlindnessState => ({ at, causes: [] });

/** One look at what is in the way `now`. */
export const look = (
  before: BlindnessState,
  symptoms: readonly Symptom[],
  now: Ms,
  patience: BlindnessPatience,
): BlindnessState => {
  const passed = Math.min(LOOK, Math.max(0, now - before.at));
  const full = Math.max(1, patience.after);
  const drained = patience.over > 0 ? (passed * full) / patience.over : full;
  const causes = subjectsOf([...before.causes, ...symptoms]).flatMap((of): Blindness[] => {
    const known = before.causes.find((one) => isSame(one, of));
    const says = saidOf(symptoms, of);
    if (says === undefined) {
      const filled = (known?.filled ?? 0) - drained;
      return known && filled > 0 ? [{ ...known, filled }] : [];
    }
    const begins = patience.after > 0 ? 0 : full;
    const filled = known ? Math.min(full, known.filled + passed) : begins;
    return [{ ...of, says, since: known?.since ?? now, filled, isOpen: known?.isOpen || filled >= full }];
  });
  return { at: now, causes };
};

/** What a blindness is of: a cause, and whose it is when it is one provider's alone. */
type Subject = Pick<Symptom, 'cause' | 'provider'>;

export const isSame = (one: Subject, other: Subject): boolean =>
  one.cause === other.cause && one.provider === other.provider;

/** Each once, in the order of the causes. */
const subjectsOf = (all: readonly Subject[]): Subject[] =>
  CAUSES.flatMap((cause) => {
    const providers = all.flatMap((one) => (one.cause === cause ? [one.provider] : []));
    return [...new Set(providers)]
      .sort()
      .map((provider) => (provider === undefined ? { cause } : { cause, provider }));
  });

const saidOf = (symptoms: readonly Symptom[], of: Subject): string | undefined => {
  const said = new Set(symptoms.flatMap((one) => (isSame(one, of) ? [one.says] : [])));
  return said.size === 0 ? undefined : [...said].sort().slice(0, NAMED).join('; ');
};

/** Whether it keeps records waiting, so that nobody knows when they came. */
export const hidesArrival = ({ cause }: Pick<Symptom, 'cause'>): boolean =>
  cause === 'store' || cause === 'kafka' || cause === 'lag';

export const openOf = ({ causes }: BlindnessState): readonly Blindness[] =>
  causes.filter(({ isOpen }) => isOpen);

/** A blindness that people were told of, and are to be told the end of. */
export interface ToldBlindness {
  /** The name of its message, as `blindId` makes it. */
  readonly id: string;
  readonly cause: Cause;
  readonly provider?: string;
  readonly since: Ms;
}

/** Compares what is open with what people were told: which beginnings and which ends they have not heard of yet. */
export const toTell = (
  state: BlindnessState,
  told: readonly ToldBlindness[],
): { readonly begun: readonly Blindness[]; readonly over: readonly ToldBlindness[] } => {
  const open = openOf(state);
  return {
    begun: open.filter((one) => !told.some((other) => isSame(one, other))),
    over: told.filter((one) => !open.some((other) => isSame(one, other))),
  };
};
