/**
 * Repeats: the same people getting message after message. Two signs: persons with too many messages in a tally,
 * and far more messages than distinct recipients over the last minutes, or hours (slow-repeats.ts). Numbers only,
 * never who.
 *
 * What a provider sends as a whole may hide it. So messages of one campaign, or one text, that had gone to the same
 * person within twenty minutes are counted by themselves, and so are transactional ones with the same text, of which
 * a retry or two is ordinary (fold/repeated-text.ts).
 */
import type { Config } from '../../config/schema.ts';
import { type Ms, ms, type Second, second, secondOf, startOf } from '../../events/event.ts';
import type { SeriesKey } from '../../windows/series.ts';
import { DISTINCT_SLOT, TALLY_SLOT } from '../../windows/store/store.ts';
import { type Counts, ESTIMATE_ERROR, type Estimate, type WindowsView } from '../series/view-port.ts';

/** Stretches of whole one-minute slots over which messages are compared with recipients. */
const MINUTES = [1, 5, 15] as const;
/** How far above the estimate the true number of recipients may lie. */
export const SIGMAS = 3;
const LEAST_EXCESS = 5;
/** Where the way of estimating changes, an estimate may be less than one made of fewer people, by less than this part. */
const LESS_AT_MOST = 0.1;
/**
 * A phone that stands for a whole family gets as many messages as that has accounts, and a few families may come first.
 * So persons are strong evidence when theirs are at least this part of all, or one has this many times what is too
 * many.
 */
const FAMILIES = 0.5;
const BEYOND_FAMILY = 2;

export interface RepeatsInput {
  readonly view: WindowsView;
  readonly series: SeriesKey;
  readonly at: Second;
  readonly config: Config['detect']['repeats'];
  readonly estimate: Estimate;
  /** Of how many people it was known before; the same at every look, so that they are not counted anew at each. */
  readonly reached?: ReachedBefore;
  /** Answers what hours show; it is asked only where minutes show nothing. */
  readonly slow?: () => Amplification | undefined;
}

/** The people estimated last, by series and minutes, in the stretch that began at `since`. They only become more. */
export type ReachedBefore = Map<string, { readonly since: Ms; readonly people: number }>;

export interface Repeats {
  readonly strength: 'warn' | 'strong';
  readonly since: Ms;
  readonly evidence: {
    readonly messages: number;
    readonly distinct: number;
    readonly ratio: number;
    readonly minutes: number;
    readonly worst: number;
    readonly people: number;
    readonly untracked: number;
  };
}

export interface Amplification {
  readonly minutes: number;
  readonly since: Ms;
  readonly messages: number;
  readonly distinct: number;
  readonly ratio: number;
  readonly strong: boolean;
}

export const findRepeats = (input: RepeatsInput): Repeats | undefined => {
  const some = mayHaveTooMany(input) ? countPersons(input) : undefined;
  const isShown = some !== undefined && some.people > 0;
  const stretches = MINUTES.map((minutes) => amplification(input, minutes, isShown));
  const inMinutes = stretches.filter((stretch) => stretch.strong);
  const slow = inMinutes.length === 0 ? input.slow?.() : undefined;
  const amplified = slow ? [slow] : inMinutes;
  if (!isShown && amplified.length === 0) return undefined;
  const persons = some ?? countPersons(input);
  const clearest = (amplified.length > 0 ? amplified : stretches).reduce((a, b) =>
    b.ratio > a.ratio ? b : a,
  );
  const since = amplified.length === 0 ? persons.since : clearest.since;
  return {
    strength: amplified.length > 0 || persons.strong ? 'strong' : 'warn',
    since: persons.people > 0 ? ms(Math.min(since, persons.since)) : since,
    evidence: {
      messages: clearest.messages,
      distinct: clearest.distinct,
      ratio: clearest.ratio,
      minutes: clearest.minutes,
      worst: persons.worst,
      people: persons.people,
      untracked: persons.untracked,
    },
  };
};

/** Whether anybody can have too many messages; mostly even the two with the most have too few together. */
const mayHaveTooMany = ({ view, series, at, config }: RepeatsInput): boolean => {
  const mostIn = (slot: Ms) => view.tally(series, slot)?.top[0]?.[1] ?? 0;
  const now = startOf(at);
  return mostIn(now) + mostIn(ms(now - TALLY_SLOT)) >= config.each;
};

/**
 * Persons with too many messages in this tally and the one before it. Only those seen in this one count, so that
 * what ended before it is not held against what is sent now.
 */
const countPersons = ({ view, series, at, config }: RepeatsInput) => {
  const slot = ms(Math.floor(startOf(at) / TALLY_SLOT) * TALLY_SLOT);
  const current = view.tally(series, slot);
  const before = view.tally(series, ms(slot - TALLY_SLOT));
  const earlier = new Map(before?.top ?? []);
  let people = 0;
  let worst = 0;
  let theirs = 0;
  let since = slot;
  for (const [person, count] of current?.top ?? []) {
    const total = count + (earlier.get(person) ?? 0);
    worst = Math.max(worst, total);
    if (total < config.each) continue;
    people++;
    theirs += total;
    if (total > count) since = ms(slot - TALLY_SLOT);
  }
  const all = view.sum(series, secondOf(since), at);
  const strong =
    people >= config.people && (theirs >= FAMILIES * all || worst >= BEYOND_FAMILY * config.each);
  return { people, worst, strong, since, untracked: (current?.untracked ?? 0) + (before?.untracked ?? 0) };
};

/** Recipients are estimated only where the number says something, or will be shown beside the persons found. */
const amplification = (input: RepeatsInput, minutes: number, shown: boolean): Amplification => {
  const { view, series, at, config } = input;
  const last = Math.floor(startOf(at) / DISTINCT_SLOT) * DISTINCT_SLOT;
  const since = ms(last - (minutes - 1) * DISTINCT_SLOT);
  const until = ms(last + DISTINCT_SLOT - 1);
  // Messages are summed over the same whole slots as the sketches cover, so that recipients and messages match.
  const messages = view.sum(series, secondOf(since), second(secondOf(until)));
  const enough = messages >= config.minimum;
  const isStrong = (people: number): boolean => {
    const atMost = Math.max(1, people * (1 + SIGMAS * ESTIMATE_ERROR));
    return enough && messages / atMost >= config.ratio && messages - atMost > LEAST_EXCESS;
  };
  const name = `${minutes} ${series}`;
  const before = input.reached?.get(name);
  const atLeast = before?.since === since ? before.people * (1 - LESS_AT_MOST) : 0;
  if (!shown && !isStrong(atLeast)) return { minutes, since, messages, distinct: 0, ratio: 0, strong: false };
  const estimated = input.estimate(view.distinct(series, since, until));
  input.reached?.set(name, { since, people: estimated });
  const distinct = Math.max(1, Math.min(messages, Math.round(estimated)));
  return { minutes, since, messages, distinct, ratio: messages / distinct, strong: isStrong(estimated) };
};

export interface CampaignRepeats {
  readonly strength: 'warn' | 'strong';
  readonly since: Ms;
  readonly messages: number;
  /** How many of the messages went to somebody who had just had the same. */
  readonly repeated: number;
  readonly ratio: number;
  readonly minutes: number;
}

/** When people get again this part of all marketing, of whatever campaign, somebody should look. */
const NOTABLE = 0.05;

/**
 * Messages of a campaign against those that went to somebody for the first time, strong as for a whole provider; of
 * marketing as a whole only a warning, that the same text comes again.
 */
export const findRepeated = (
  input: { repeated: Counts; all: Counts; at: Second; config: RepeatsInput['config'] },
  of: 'campaign' | 'text',
): CampaignRepeats | undefined => {
  const { all, at, config } = input;
  let found: CampaignRepeats | undefined;
  for (const minutes of MINUTES) {
    const from = at - 60 * minutes + 1;
    const messages = all.sum(from, at);
    const repeated = input.repeated.sum(from, at);
    if (messages < config.minimum || repeated <= LEAST_EXCESS) continue;
    const ratio = messages / Math.max(1, messages - repeated);
    const many = ratio >= config.ratio;
    const notable = repeated >= config.minimum && repeated >= NOTABLE * messages;
    if (!(many || notable) || ratio <= (found?.ratio ?? 0)) continue;
    const strength = many && of === 'campaign' ? 'strong' : 'warn';
    found = { strength, since: startOf(second(from)), messages, repeated, ratio, minutes };
  }
  return found;
};

export interface SameText {
  readonly strength: 'warn' | 'strong';
  readonly since: Ms;
  readonly people: number;
  readonly worst: number;
}

/** A person on call gets the same alarm again and again: only more people than that are strong. */
const MANY_PEOPLE = 10;

/**
 * People who got one transactional text or code too often. A tally has what came after the first, so that the first is
 * added; one whose first was seen by another instance is found a message later.
 */
export const findSameText = ({ view, series, at, config }: RepeatsInput): SameText | undefined => {
  const slot = ms(Math.floor(startOf(at) / TALLY_SLOT) * TALLY_SLOT);
  const before = ms(slot - TALLY_SLOT);
  const now = view.tally(series, slot);
  if (!now) return undefined;
  const earlier = new Map(view.tally(series, before)?.top ?? []);
  let people = 0;
  let worst = 0;
  let since = slot;
  for (const [pair, count] of now.top) {
    const total = 1 + count + (earlier.get(pair) ?? 0);
    if (total < config.sameText) continue;
    people += 1;
    worst = Math.max(worst, total);
    if (earlier.has(pair)) since = before;
  }
  if (people === 0) return undefined;
  return { strength: people >= MANY_PEOPLE ? 'strong' : 'warn', since, people, worst };
};
