/** Series keys by what they are made of, so that folding builds no key for an event. */
import type { Category, MessageType } from '../events/event.ts';
import { type SeriesKey, seriesKey } from './series.ts';

/** Providers and campaigns whose keys are kept; beyond that all are built anew, which is only slower. */
const KEPT = 10_000;

/** The keys of one type of message through one provider. */
export interface MessageKeys {
  readonly provider: SeriesKey;
  readonly byCategory: Readonly<Record<Category, SeriesKey>>;
  readonly quiet: SeriesKey;
  campaign(name: string): SeriesKey;
}

export const createFoldKeys = () => {
  const messages = new Map<MessageType, Map<string, MessageKeys>>();
  const plain = new Map<string, Map<string | undefined, SeriesKey>>();
  let size = 0;
  /** Finds what is kept under two names, or makes it. */
  const kept = <A, B, T>(groups: Map<A, Map<B, T>>, group: A, name: B, make: () => T): T => {
    const known = groups.get(group)?.get(name);
    if (known !== undefined) return known;
    if (size >= KEPT) {
      messages.clear();
      plain.clear();
      size = 0;
    }
    size += 1;
    const made = make();
    const members = groups.get(group) ?? new Map<B, T>();
    groups.set(group, members.set(name, made));
    return made;
  };

  const newMessageKeys = (metric: MessageType, provider: string): MessageKeys => {
    const campaigns = new Map<string, SeriesKey>();
    const category = (name: Category) => seriesKey({ metric, provider, category: name });
    return {
      provider: seriesKey({ metric, provider }),
      byCategory: {
        marketing: category('marketing'),
        transactional: category('transactional'),
        otp: category('otp'),
      },
      quiet: seriesKey({ metric, provider, category: 'marketing', hours: 'quiet' }),
      campaign: (campaign) => {
        const known = campaigns.get(campaign);
        if (known !== undefined) return known;
        if (campaigns.size >= KEPT) campaigns.clear();
        const key = seriesKey({ metric, provider, campaign });
        campaigns.set(campaign, key);
        return key;
      },
    };
  };

  return {
    message: (metric: MessageType, provider: string): MessageKeys =>
      kept(messages, metric, provider, () => newMessageKeys(metric, provider)),
    plain: (metric: 'received' | 'opted_out', provider: string | undefined): SeriesKey =>
      kept(plain, metric, provider, () => seriesKey({ metric, provider })),
  };
};
