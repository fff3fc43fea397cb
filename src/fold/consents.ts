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
import { HOUR } from '../events/time.ts';
import { CONSENT_LIMITS, type ConsentBook, type ConsentWord, setConsentWord } from '../windows/consent.ts';
import type { Consent, Offset, PartitionId, RecipientKey } from '../windows/store/store.ts';

export interface ConsentRules {
  /** How long after an opt-out marketing may still arrive, since it was on its way. */
  readonly grace: Duration;
  /** How soon after asking for it people must be off the base. */
  readonly limit: Duration;
}

/** What is known of one partition's people where a stretch of it begins. */
export interface ConsentLedger {
  /** An instant (ms) up to which nobody has waited too long to be taken off; Infinity when nobody waits. */
  readonly due: number;
  /** Notes that somebody asks for STOP; of who has opted out already it changes nothing. */
  ask(person: RecipientKey, at: Ms, asked: { readonly provider: string; readonly offset: Offset }): void;
  /** Notes that somebody is taken off the base; answers through which provider they had asked, if they were waiting. */
  record(person: RecipientKey, at: Ms, offset: Offset): string | undefined;
  /** Notes that a provider sends nothing to somebody who had told it STOP; who waits to be taken off goes on waiting. */
  block(person: RecipientKey, at: Ms, offset: Offset): void;
  /** Notes that somebody takes marketing again. */
  readmit(person: RecipientKey, at: Ms, offset: Offset): void;
  /** The people whose wait ended before `at`, each told once, by the provider through which they asked. */
  overdue(at: Ms, offset: Offset): string[];
  /** Whether somebody opted out longer than the grace before `at`. */
  hasWithdrawn(person: RecipientKey, at: Ms): boolean;
  /** What the people who changed since the stretch began have said last. */
  readonly changed: Consent;
}

export interface Consents {
  /** Goes on from what the store has of a partition up to `next`; call it once the partition is claimed. */
  take(partition: PartitionId, known: Consent, next: Offset): void;
  /** The ledger as the events below `from` left it, for the stretch up to `next`. */
  standingAt(partition: PartitionId, from: Offset, next: Offset): ConsentLedger;
}

/** The rules by default: five minutes of grace, an hour to be taken off. */
export const CONSENT_RULES: ConsentRules = { grace: 300_000 as Duration, limit: HOUR };
const NOBODY: Consent = { withdrawn: new Map(), returned: new Map() };

/** Ledgers of all partitions by `rules`, each with no more people than `most`. */
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

/** The fewest changes that can be taken back, which are more than a stretch brings or a failed-over store has lost. */
const JOURNAL = 10_000;

interface Change {
  readonly offset: Offset;
  readonly person: RecipientKey;
  readonly before: ConsentWord;
  readonly after: ConsentWord;
}

/** One partition's ledger, begun with what the events below `from` left known. */
const createLedger = (
  { grace, limit }: ConsentRules,
  most: typeof CONSENT_LIMITS,
  begin: { readonly known: Consent; readonly from: Offset },
) => {
  /** Everybody in the order in which they were heard of; beyond the limits the first go. */
  const people = emptyWords();
  const { withdrawn, returned } = people;
  const waiting = new Map<RecipientKey, { readonly at: Ms; readonly asked: string }>();
  let due = Number.POSITIVE_INFINITY;
  /** The changes that can be taken back, by offset; and those that were, and were not folded again yet. */
  let journal: Change[] = [];
  let undone: Change[] = [];
  /** The offset at which the last stretch ended. */
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
    block: (person, at, offset) => {
      const { out, in: back = at } = wordOf(person);
      if (!out && at >= back) change(person, { out: { at } }, offset);
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
