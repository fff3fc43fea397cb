/**
 * Content: texts that a provider never sent, though it has been watched for days; texts that another sends; a
 * campaign that suddenly says something else; links to a host never used. None of it is wrong by itself, a campaign
 * begins with a new text, so that it only warns and is a sign to others. And texts that are plainly wrong, which is
 * strong when they are most of what is sent.
 *
 * What was announced is no news, nor what we submitted ourselves about as often as the provider sent it. Of a tally
 * the fifty largest entries are known, so that shares are those of them.
 */
import type { Config } from '../../config/schema.ts';
import { distance, type Fingerprint, NEAR } from '../../events/text/fingerprint.ts';
import type { Counts } from '../series/view-port.ts';
import { hasUsual, isWellKnown, knowsHost, knowsText, type TextBook, type TextEntry } from './texts.ts';

type ContentSettings = Config['detect']['content'];

export interface ContentFinding {
  readonly kind: 'new_text' | 'other_provider' | 'far_from_campaign';
  readonly campaign?: string;
  readonly count: number;
  /** The messages of which these are a part: all marketing, or those of the campaign. */
  readonly messages: number;
}

export interface TextsInput {
  /** The texts of the provider's marketing in this slot and the one before. */
  readonly entries: readonly TextEntry[];
  /** The texts that we submitted in the same slots, when the provider tells what it sent; else nothing. */
  readonly submitted: readonly TextEntry[];
  readonly at: number;
  readonly own: TextBook | undefined;
  readonly others: () => readonly TextBook[];
  readonly ofCampaign: (campaign: string) => TextBook | undefined;
  readonly isAnnounced: (campaign: string) => boolean;
  readonly settings: ContentSettings;
}

const total = (entries: readonly TextEntry[]): number => entries.reduce((sum, { count }) => sum + count, 0);

/** Finds texts that the provider never sent; that they are another provider's is told before that they are new. */
export const findNewTexts = (input: TextsInput): ContentFinding | undefined => {
  const { entries, own, others, at, settings } = input;
  if (!isWellKnown(own, at)) return undefined;
  const messages = total(entries);
  const enough = (count: number) => count >= settings.minimum && count >= settings.share * messages;
  const unknown = entries.filter(({ print }) => !knowsText(own, print, at));
  const fresh = unknown.filter(({ campaign }) => campaign === undefined || !input.isAnnounced(campaign));
  if (!enough(total(fresh))) return undefined;
  const books = others();
  const borrowed = total(fresh.filter(({ print }) => books.some((book) => knowsText(book, print, at))));
  if (enough(borrowed)) return { kind: 'other_provider', count: borrowed, messages };
  const submitted = total(fresh.filter((entry) => isSubmitted(entry, fresh, input.submitted)));
  const count = total(fresh) - submitted;
  return enough(count) ? { kind: 'new_text', count, messages } : undefined;
};

/** Whether at least half as many of the same text were submitted. */
const isSubmitted = (
  entry: TextEntry,
  sent: readonly TextEntry[],
  submitted: readonly TextEntry[],
): boolean => {
  const same = ({ print }: { readonly print: Fingerprint }) => distance(print, entry.print) <= NEAR;
  return 2 * total(submitted.filter(same)) >= total(sent.filter(same)) && submitted.some(same);
};

/** Finds the campaign with the most messages that are far from its usual texts, when they are most of it. */
export const findFarTexts = ({
  entries,
  at,
  ofCampaign,
  settings,
}: TextsInput): ContentFinding | undefined => {
  if (total(entries) < settings.minimum) return undefined;
  const byCampaign = new Map<string, { all: number; far: number }>();
  for (const { campaign, print, count } of entries) {
    const book = campaign === undefined ? undefined : ofCampaign(campaign);
    if (campaign === undefined || !hasUsual(book, at)) continue;
    const sums = byCampaign.get(campaign) ?? { all: 0, far: 0 };
    sums.all += count;
    if (!knowsText(book, print, at)) sums.far += count;
    byCampaign.set(campaign, sums);
  }
  let found: ContentFinding | undefined;
  for (const [campaign, { all, far }] of byCampaign) {
    if (far < settings.minimum || far < settings.share * all || far <= (found?.count ?? 0)) continue;
    found = { kind: 'far_from_campaign', campaign, count: far, messages: all };
  }
  return found;
};

export interface NewLinks {
  /** The host that most of them lead to. */
  readonly host: string;
  readonly count: number;
  readonly hosts: number;
}

/** Finds hosts that a provider known well never linked to, each in `minimum` messages or more. */
export const findNewLinks = (
  hosts: ReadonlyMap<string, number>,
  { own, at, settings }: Pick<TextsInput, 'own' | 'at' | 'settings'>,
): NewLinks | undefined => {
  if (!isWellKnown(own, at)) return undefined;
  const found = [...hosts]
    .filter(([host, count]) => count >= settings.minimum && !knowsHost(own, host, at))
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const [first] = found;
  if (!first) return undefined;
  return { host: first[0], count: found.reduce((sum, [, count]) => sum + count, 0), hosts: found.length };
};

export const FAULT_SECONDS = 60;

export interface WrongTexts {
  readonly strength: 'warn' | 'strong';
  readonly count: number;
  readonly messages: number;
}

/** Holds the texts with one fault in the last minute against all that was sent in it. */
export const findWrongTexts = (
  faults: Counts,
  all: Counts,
  { at, settings }: { readonly at: number; readonly settings: ContentSettings },
): WrongTexts | undefined => {
  const count = faults.sum(at - FAULT_SECONDS + 1, at);
  if (count <= settings.tolerated) return undefined;
  const messages = all.sum(at - FAULT_SECONDS + 1, at);
  return { strength: 2 * count > messages ? 'strong' : 'warn', count, messages };
};
