/** Finds the tallies of texts and links in a view. */
import { type Ms, type Second, second, startOf } from '../../events/event.ts';
import { type SeriesKey, seriesKey } from '../../windows/series.ts';
import { TALLY_SLOT, type Tally } from '../../windows/store/store.ts';
import type { WindowsView } from '../series/view-port.ts';
import type { TextBook } from './texts.ts';

/** The length of a tally, in seconds. */
export const SLOT = TALLY_SLOT / 1000;

export const slotOf = (at: number): Second => second(Math.floor(at / SLOT) * SLOT);

/** The name a book of texts has: of a provider, or of a campaign through it. */
export const bookName = (provider: string, campaign?: string): SeriesKey =>
  seriesKey({ metric: 'sent', provider, campaign });

const NAMES_KEPT = 10_000;

/** As `bookName` of a campaign, which is asked for every entry at every look: each name is made once. */
export const createBookNames = () => {
  const known = new Map<string, Map<string, SeriesKey>>();
  return (provider: string, campaign: string): SeriesKey => {
    const own = known.get(provider) ?? new Map<string, SeriesKey>();
    if (own.size >= NAMES_KEPT || known.size >= NAMES_KEPT) known.clear();
    known.set(provider, own);
    const name = own.get(campaign) ?? bookName(provider, campaign);
    own.set(campaign, name);
    return name;
  };
};

export type TextBooks = ReadonlyMap<string, TextBook>;

const at = (slot: number): Ms => startOf(second(slot));

/** What the provider says it sent or, where that comes without texts, what it was given. */
export const metricWithTexts = (
  view: WindowsView,
  provider: string,
  slots: readonly number[],
): 'sent' | 'submitted' =>
  talliesOf(view, { metric: 'sent', provider, part: 'text' }, slots).some(Boolean) ? 'sent' : 'submitted';

export const talliesOf = (
  view: WindowsView,
  of: {
    readonly metric: 'sent' | 'submitted';
    readonly provider: string;
    readonly part: 'text' | 'link';
  },
  slots: readonly number[],
): Array<Tally | undefined> => {
  const key = seriesKey(of);
  return slots.map((slot) => view.tally(key, at(slot)));
};
