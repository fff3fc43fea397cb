/** Learns from tallies of texts, once their ten minutes are complete. In: the view. Out: books of texts, by name. */
import type { SealedStretch } from '../detector.ts';
import type { WindowsView } from '../series/view-port.ts';
import { bookName, metricWithTexts, SLOT, slotOf, talliesOf } from './tallies.ts';
import {
  CAMPAIGN_HEADS,
  entriesOf,
  newTextBook,
  PROVIDER_HEADS,
  type TextBook,
  type TextEntry,
  tallySums,
  teachTexts,
} from './texts.ts';

/** The view holds no more than an hour, which is so many slots. */
const SLOTS_HELD = 6;

export const createTextLearning = (parts: {
  readonly books: Map<string, TextBook>;
  readonly isLeftOut: (name: string, from: number, to: number) => boolean;
}) => {
  const { books, isLeftOut } = parts;
  const bookOf = (name: string, at: number) => {
    const book = books.get(name) ?? newTextBook(at);
    books.set(name, book);
    return book;
  };

  const learnSlot = (view: WindowsView, provider: string, slot: number): void => {
    const metric = metricWithTexts(view, provider, [slot]);
    const texts = entriesOf(talliesOf(view, { metric, provider, part: 'text' }, [slot]));
    if (texts.length === 0 || isLeftOut(provider, slot, slot + SLOT - 1)) return;
    const hosts = [...tallySums(talliesOf(view, { metric, provider, part: 'link' }, [slot]))];
    teachTexts(bookOf(bookName(provider), slot), slot, { texts, hosts, most: PROVIDER_HEADS });
    const byCampaign = new Map<string, TextEntry[]>();
    for (const entry of texts) {
      if (entry.campaign === undefined) continue;
      byCampaign.set(entry.campaign, [...(byCampaign.get(entry.campaign) ?? []), entry]);
    }
    for (const [campaign, own] of byCampaign)
      teachTexts(bookOf(bookName(provider, campaign), slot), slot, {
        texts: own,
        hosts: [],
        most: CAMPAIGN_HEADS,
      });
  };

  /** Learns from the slots that ended with the stretch. */
  return ({ view, index, after, to }: SealedStretch): void => {
    const end = slotOf(to + 1);
    const start = Math.max(slotOf(after + 1), end - SLOTS_HELD * SLOT);
    for (let slot = start as number; slot < end; slot += SLOT)
      for (const provider of index.providers) learnSlot(view, provider, slot);
  };
};
