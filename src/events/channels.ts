/**
 * What is no SMS: the other channels that providers report through the same streams, and read receipts, which SMS has
 * none of. In: an address, or a channel's name, from outside. Out: the channel it is. Pure.
 */

/** Every channel told apart; mms is what AWS calls media, none is what a mapping says is no event of a message. */
export const CHANNELS = [
  ...(['whatsapp', 'messenger', 'rcs', 'viber', 'telegram', 'instagram', 'line', 'wechat'] as const),
  ...(['mms', 'voice', 'email', 'push', 'read', 'none'] as const),
] as const;
export type Channel = (typeof CHANNELS)[number];

/** Channels that are written as the scheme of an address: "whatsapp:+33612345678". */
const ADDRESS = /^(whatsapp|messenger|rcs|viber|telegram|instagram|line|wechat):/i;

const NAMES: ReadonlyMap<string, Channel> = new Map<string, Channel>([
  ...CHANNELS.map((channel): [string, Channel] => [channel, channel]),
  ['facebook', 'messenger'],
  ['facebook_messenger', 'messenger'],
  ['viber_service', 'viber'],
  ['mail', 'email'],
  ['e-mail', 'email'],
  ['call', 'voice'],
]);

/** The channel that an address names; undefined for addresses of SMS. */
export const channelOfAddress = (address: unknown): Channel | undefined =>
  typeof address === 'string' ? channelNamed(ADDRESS.exec(address)?.[1]) : undefined;

/** The channel that a word names; undefined for SMS, and for words that name no channel known here. */
export const channelNamed = (word: unknown): Channel | undefined =>
  typeof word === 'string' ? NAMES.get(word.toLowerCase()) : undefined;
