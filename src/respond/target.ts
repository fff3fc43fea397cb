/**
 * What a pause stops: everything a provider sends, one category of it, or one campaign. In: targets. Out: their keys,
 * their names for people, and which stops more than which. Pure.
 */
import type { Category } from '../events/event.ts';

/** Without category and campaign it is all of the provider; it never has both. */
export interface Target {
  readonly provider: string;
  readonly category?: Category;
  readonly campaign?: string;
}

/** "alpha", "alpha,category=marketing" or "alpha,campaign=spring"; values are percent-encoded as in series. */
export const targetKey = ({ provider, category, campaign }: Target): string => {
  const name = encodeURIComponent(provider);
  if (campaign !== undefined) return `${name},campaign=${encodeURIComponent(campaign)}`;
  return category === undefined ? name : `${name},category=${category}`;
};

/** The name for people, as "alpha", "marketing through alpha" or "campaign spring through alpha". */
export const targetName = ({ provider, category, campaign }: Target): string => {
  if (campaign !== undefined) return `campaign ${campaign} through ${provider}`;
  return category === undefined ? provider : `${category} through ${provider}`;
};

/** Whether it is all of the provider. */
export const isWhole = ({ category, campaign }: Target): boolean =>
  category === undefined && campaign === undefined;

/** The target alone, taken out of an order, a pause or an action that has it. */
export const targetOf = ({ provider, category, campaign }: Target): Target => ({
  provider,
  ...(category === undefined ? {} : { category }),
  ...(campaign === undefined ? {} : { campaign }),
});

/** What one must know of a message to say whether it may be sent. */
export interface Message {
  readonly provider: string;
  readonly category?: Category | undefined;
  readonly campaign?: string | undefined;
}

/** Whether a pause of `target` stops this message. */
export const stops = (target: Target, { provider, category, campaign }: Message): boolean =>
  target.provider === provider &&
  (target.category === undefined || target.category === category) &&
  (target.campaign === undefined || target.campaign === campaign);

/**
 * The next wider target: a campaign's category, a category's provider; undefined beyond a provider. `category`: what
 * the campaign's messages are.
 */
export const widened = (target: Target, category: Category): Target | undefined => {
  const { provider } = target;
  if (target.campaign !== undefined) return { provider, category };
  return target.category === undefined ? undefined : { provider };
};
