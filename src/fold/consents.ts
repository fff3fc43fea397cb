/**
 * Consents: who takes no marketing any more, partition by partition, as keyed hashes. In: answers that ask for STOP or
 * START and numbers taken off the base or put back on it, in offset order. Out: whether somebody had opted out, and
 * who waited too long to be taken off.
 *
 * What was said later holds, by the time it was said: an opt-in takes back the opt-outs before it, and an opt-out that
 * comes late, older than the opt-in, changes nothing. An opt-out said again keeps the time of the first.
 *
 * What is known follows from the events below an offset alone: a ledger that is asked to stand at an earlier one takes
 * back what came after, so that a stretch folded again gives the same. Known is what came through the same partition:
 * a topic keyed by the person's number has all of it there.
 */
import type { Duration, Ms } from '../events/event.ts';
import { CONSENT_LIMITS, type ConsentBook, type ConsentWord, setConsentWord } from '../windows/consent.ts';
import type { Consent, Offset, PartitionId, RecipientKey } from '../windows/store/store.ts';

export interface ConsentRules {
  /** How long after an opt-out marketing may still arrive: what was on its way. */
  readonly grace: Duration;
  /** How long after they asked for it somebody must have been taken off the base. */
  readonly limit: Duration;
}

/** One partition's, standing where a stretch begins. */
export interface ConsentLedger {
  /** Up to this instant nobody has waited too long: no later than the first of them has; Infinity when nobody waits. */
  readonly due: number;
  /** Somebody asks for STOP. One who is known already changes nothing. */
  ask(person: RecipientKey, at: Ms, asked: { readonly provider: string; readonly offset: Offset }): void;
  /** Somebody is taken off the base. Answers through whom they had asked for it, if they were waiting. */
  record(person: RecipientKey, at: Ms, offset: Offset): string | undefined;
  /** Somebody takes marketing again. */
  readmit(person: RecipientKey, at: Ms, offset: Offset): void;
  /** Those whose wait ended before `at`, each by the provider they asked through; they are told of once. */
  overdue(at: Ms, offset: Offset): string[];
  hasWithdrawn(person: RecipientKey, at: Ms): boolean;
  /** Those who changed since the stretch began, as they are now. */
  readonly changed: Consent;
}

export interface Consents {
  /** Goes on from what the store has of a partition up to `next`: call it when the partition was claimed. */
  take(partition: PartitionId, known: Consent, next: Offset): void;
  /** The ledger as the events below `from` left it, for the stretch up to `next`. */
  standingAt(partition: PartitionId, from: Offset, next: Offset): ConsentLedger;
}

export const CONSENT_RULES: ConsentRules = { grace: 300_000 as Duration, limit: 3_600_000 as Duration };
const NOBODY: Consent = { withdrawn: new Map(), returned: new Map() };

export const createConsents = (rules = CONSENT_RULES, most = CONSENT_LIMITS): Consents => {
  const ledgers = new Map<PartitionId, ReturnType<typeof createLedger>>();
  const open = (partition: PartitionId, known: Consent, from: Offset) => {
    const ledger = createLedger(rules, most, { known, from });
    ledgers.set(partition, ledger);
    return ledger;
  };
  return {
    take: (partition, known, next) => void open(partition, known, next),
    standingAt: (partition, from, next) =>
      (ledgers.get(partition) ?? open(partition, NOBODY, 0)).stand(from, next),
  };
};

/** Changes that can be taken back, at least: more than a stretch brings, and than a store that failed over has lost. */
const JOURNAL = 10_000;

interface Change {
  readonly offset: Offset;
  readonly person: RecipientKey;
  readonly before: ConsentWord;
  readonly after: ConsentWord;
}

/** `known`: as the events below `from` left it. */
const createLedger = (
  { grace, limit }: ConsentRules,
  most: typeof CONSENT_LIMITS,
  begin: { readonly known: Consent; readonly from: Offset },
) => {
  /** In the order they were heard of: beyond the limits the first go. */
  const people = emptyWords();
  const { withdrawn, returned } = people;
  const waiting = new Map<RecipientKey, { readonly at: Ms; readonly asked: string }>();
  let due = Number.POSITIVE_INFINITY;
  /** By offset: what can be taken back, and what was and was not folded again yet. */
  let journal: Change[] = [];
  let undone: Change[] = [];
  /** Where the last stretch ended. */
  let end: Offset = 0;
  let changed = emptyWords();

  const wordOf = (person: RecipientKey): ConsentWord => ({
    out: withdrawn.get(person),
    in: returned.get(person),
  });
  const put = (person: RecipientKey, word: ConsentWord): void => {
    setConsentWord(people, person, word);
    if (word.out?.asked === undefined) waiting.delete(person);
    else {
      const { at, asked } = word.out;
      waiting.set(person, { at, asked });
      due = Math.min(due, at + limit);
    }
  };
  const apply = (change: Change): void => {
    if (journal.length >= 2 * JOURNAL) journal = journal.slice(-JOURNAL);
    journal.push(change);
    put(change.person, change.after);
  };
  const change = (person: RecipientKey, after: ConsentWord, offset: Offset): void => {
    // Known already, and with what came after it.
    if (offset < begin.from) return;
    apply({ offset, person, before: wordOf(person), after });
    setConsentWord(changed, person, after);
    if (withdrawn.size > most.withdrawn) forgetFirst(withdrawn);
    if (returned.size > most.returned) forgetFirst(returned);
  };
  const forgetFirst = (group: ReadonlyMap<RecipientKey, unknown>): void => {
    for (const first of group.keys()) {
      put(first, {});
      break;
    }
  };
  for (const [person, out] of begin.known.withdrawn) put(person, { out });
  for (const [person, at] of begin.known.returned) put(person, { in: at });

  const ledger: ConsentLedger = {
    get due() {
      return due;
    },
    get changed() {
      return changed;
    },
    ask: (person, at, { provider, offset }) => {
      const before = wordOf(person);
      if (!before.out && at >= (before.in ?? at)) change(person, { out: { at, asked: provider } }, offset);
    },
    record: (person, at, offset) => {
      const { out, in: back = at } = wordOf(person);
      if (out?.asked !== undefined) change(person, { out: { at: out.at } }, offset);
      else if (!out && at >= back) change(person, { out: { at } }, offset);
      return out?.asked;
    },
    readmit: (person, at, offset) => {
      const { out, in: before } = wordOf(person);
      if (at >= (out?.at ?? at) && at > (before ?? Number.NEGATIVE_INFINITY))
        change(person, { in: at }, offset);
    },
    overdue: (now, offset) => {
      const providers: string[] = [];
      due = Number.POSITIVE_INFINITY;
      for (const [person, { at, asked }] of waiting) {
        if (at + limit >= now) due = Math.min(due, at + limit);
        else {
          providers.push(asked);
          change(person, { out: { at } }, offset);
        }
      }
      return providers;
    },
    hasWithdrawn: (person, at) => {
      const one = withdrawn.get(person);
      return one !== undefined && at > one.at + grace;
    },
  };

  /** Takes back what came at or after `from`; what was taken back before and lies below it holds again. */
  const stand = (from: Offset, next: Offset): ConsentLedger => {
    for (const one of undone) if (one.offset >= end && one.offset < from) apply(one);
    const back: Change[] = [];
    for (let last = journal.at(-1); last && last.offset >= from; last = journal.at(-1)) {
      journal.pop();
      back.push(last);
      put(last.person, last.before);
    }
    undone = [...back.reverse(), ...undone.filter(({ offset }) => offset >= from)];
    end = next;
    changed = emptyWords();
    return ledger;
  };
  return { stand };
};
const emptyWords = (): ConsentBook => ({ withdrawn: new Map(), returned: new Map() });
