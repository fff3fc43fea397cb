/**
 * Consent as it is kept: who takes no marketing any more, and who takes it again. In: what a batch says of people, as
 * keyed hashes. Out: at most one word a person, and never more people than the limits.
 */
import type { Ms } from '../events/event.ts';
import {
  type Consent,
  RETURNED_LIMIT,
  type RecipientKey,
  WITHDRAWN_LIMIT,
  type Withdrawal,
} from './store/store.ts';

/** The most people kept who opted out, and who opted in. */
export const CONSENT_LIMITS = { withdrawn: WITHDRAWN_LIMIT, returned: RETURNED_LIMIT };

/** What one person said last: an opt-out, or when they opted in, or nothing; never both. */
export interface ConsentWord {
  readonly out?: Withdrawal;
  readonly in?: Ms;
}

/** What everybody in a partition said last, in the order in which people were heard of. */
export interface ConsentBook {
  readonly withdrawn: Map<RecipientKey, Withdrawal>;
  readonly returned: Map<RecipientKey, Ms>;
}

/** Notes what a person said last; who is known already keeps their place in the order. */
export const setConsentWord = (
  { withdrawn, returned }: ConsentBook,
  person: RecipientKey,
  word: ConsentWord,
): void => {
  if (word.out) withdrawn.set(person, word.out);
  else withdrawn.delete(person);
  if (word.in === undefined) returned.delete(person);
  else returned.set(person, word.in);
};

/** Takes what a batch brings into what a store knows of a partition; beyond the limits those heard of first go. */
export const keepConsent = (known: ConsentBook, more: Consent): void => {
  for (const [person, out] of more.withdrawn) setConsentWord(known, person, { out });
  for (const [person, at] of more.returned) setConsentWord(known, person, { in: at });
  dropFirst(known.withdrawn, CONSENT_LIMITS.withdrawn);
  dropFirst(known.returned, CONSENT_LIMITS.returned);
};

const dropFirst = (group: Map<RecipientKey, unknown>, most: number): void => {
  for (const person of group.keys()) {
    if (group.size <= most) return;
    group.delete(person);
  }
};
