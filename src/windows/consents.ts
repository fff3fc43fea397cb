/**
 * Consents: who takes no marketing any more, partition by partition, as keyed hashes. In: answers that ask for STOP and
 * numbers taken off the base, in offset order. Out: whether somebody had opted out, and who waited too long to be
 * taken off.
 *
 * What is known follows from the events below an offset alone: a ledger that is asked to stand at an earlier one takes
 * back what came after, so that a stretch folded again gives the same. Known is what came through the same partition:
 * a topic keyed by the person's number has all of it there.
 */
import type { Duration, Ms } from '../events/event.ts';
import {
  type Offset,
  type PartitionId,
  type RecipientKey,
  WITHDRAWN_LIMIT,
  type Withdrawal,
} from './store.ts';

export interface ConsentRules {
  /** How long after an opt-out marketing may still arrive: what was on its way. */
  readonly grace: Duration;
  /** How long after they asked for it somebody must have been taken off the base. */
  readonly limit: Duration;
}

/** One partition's, standing where a stretch begins. */
export interface Ledger {
  /** Up to this instant nobody has waited too long: no later than the first of them has; Infinity when nobody waits. */
  readonly due: number;
  /** Somebody asks for STOP. One who is known already changes nothing. */
  ask(person: RecipientKey, at: Ms, asked: { readonly provider: string; readonly offset: Offset }): void;
  /** Somebody is taken off the base. Answers through whom they had asked for it, if they were waiting. */
  record(person: RecipientKey, at: Ms, offset: Offset): string | undefined;
  /** Those whose wait ended before `at`, each by the provider they asked through; they are told of once. */
  overdue(at: Ms, offset: Offset): string[];
  hasWithdrawn(person: RecipientKey, at: Ms): boolean;
  /** Those who changed since the stretch began, as they are now. */
  readonly changed: ReadonlyMap<RecipientKey, Withdrawal>;
}

export interface Consents {
  /** Goes on from what the store has of a partition: call it when the partition was claimed. */
  take(partition: PartitionId, known: ReadonlyMap<RecipientKey, Withdrawal>): void;
  /** The ledger as the events below `from` left it, for the stretch up to `next`. */
  standingAt(partition: PartitionId, from: Offset, next: Offset): Ledger;
}

export const CONSENT_RULES: ConsentRules = { grace: 300_000 as Duration, limit: 3_600_000 as Duration };

export const createConsents = (rules = CONSENT_RULES, most = WITHDRAWN_LIMIT): Consents => {
  const ledgers = new Map<PartitionId, ReturnType<typeof createLedger>>();
  const open = (partition: PartitionId, known: ReadonlyMap<RecipientKey, Withdrawal>) => {
    const ledger = createLedger(rules, most, known);
    ledgers.set(partition, ledger);
    return ledger;
  };
  return {
    take: (partition, known) => void open(partition, known),
    standingAt: (partition, from, next) =>
      (ledgers.get(partition) ?? open(partition, new Map())).stand(from, next),
  };
};

/** Changes that can be taken back, at least: more than a stretch brings, and than a store that failed over has lost. */
const JOURNAL = 10_000;

interface Change {
  readonly offset: Offset;
  readonly person: RecipientKey;
  readonly before: Withdrawal | undefined;
  readonly after: Withdrawal;
}

const createLedger = (
  { grace, limit }: ConsentRules,
  most: number,
  known: ReadonlyMap<RecipientKey, Withdrawal>,
) => {
  /** In the order they were heard of: beyond the limit the first go. */
  const people = new Map<RecipientKey, Withdrawal>();
  const waiting = new Map<RecipientKey, { readonly at: Ms; readonly asked: string }>();
  let due = Number.POSITIVE_INFINITY;
  /** By offset: what can be taken back, and what was and was not folded again yet. */
  let journal: Change[] = [];
  let undone: Change[] = [];
  /** Where the last stretch ended. */
  let end: Offset = 0;
  let changed = new Map<RecipientKey, Withdrawal>();

  const put = (person: RecipientKey, one: Withdrawal): void => {
    people.set(person, one);
    const { at, asked } = one;
    if (asked === undefined) waiting.delete(person);
    else {
      waiting.set(person, { at, asked });
      due = Math.min(due, at + limit);
    }
  };
  const drop = (person: RecipientKey): void => {
    people.delete(person);
    waiting.delete(person);
  };
  const apply = (change: Change): void => {
    if (journal.length >= 2 * JOURNAL) journal = journal.slice(-JOURNAL);
    journal.push(change);
    put(change.person, change.after);
  };
  const change = (person: RecipientKey, after: Withdrawal, offset: Offset): void => {
    apply({ offset, person, before: people.get(person), after });
    changed.set(person, after);
    if (people.size <= most) return;
    for (const first of people.keys()) {
      drop(first);
      break;
    }
  };
  for (const [person, one] of known) put(person, one);

  const ledger: Ledger = {
    get due() {
      return due;
    },
    get changed() {
      return changed;
    },
    ask: (person, at, { provider, offset }) => {
      if (!people.has(person)) change(person, { at, asked: provider }, offset);
    },
    record: (person, at, offset) => {
      const before = people.get(person);
      if (before === undefined) change(person, { at }, offset);
      else if (before.asked !== undefined) change(person, { at: before.at }, offset);
      return before?.asked;
    },
    overdue: (now, offset) => {
      const providers: string[] = [];
      due = Number.POSITIVE_INFINITY;
      for (const [person, { at, asked }] of waiting) {
        if (at + limit >= now) due = Math.min(due, at + limit);
        else {
          providers.push(asked);
          change(person, { at }, offset);
        }
      }
      return providers;
    },
    hasWithdrawn: (person, at) => {
      const one = people.get(person);
      return one !== undefined && at > one.at + grace;
    },
  };

  /** Takes back what came at or after `from`; what was taken back before and lies below it holds again. */
  const stand = (from: Offset, next: Offset): Ledger => {
    for (const one of undone) if (one.offset >= end && one.offset < from) apply(one);
    const back: Change[] = [];
    for (let last = journal.at(-1); last && last.offset >= from; last = journal.at(-1)) {
      journal.pop();
      back.push(last);
      if (last.before === undefined) drop(last.person);
      else put(last.person, last.before);
    }
    undone = [...back.reverse(), ...undone.filter(({ offset }) => offset >= from)];
    end = next;
    changed = new Map();
    return ledger;
  };
  return { stand };
};
