/** The hosts that a text's links lead to. Hosts are nobody's person, and are kept in clear. */

/**
 * A link begins with its scheme or "www.", or is a bare host: with a path behind it, or under one of these. In clear
 * case: "soin.Merci" is a sentence that lacks a space.
 */
const BARE = 'com|fr|net|org|eu|io|co|me|ly|de|es|it|be|ch|uk|us|ca|re|app|link|shop|info|site|online';
export const linkPattern = new RegExp(
  `(?:https?://|www\\.)([^\\s/?#:<>"']+)[^\\s]*|(?<![\\w@.-])((?:[a-z0-9-]+\\.)+(?:(?:${BARE})(?![\\w.-]*[\\w-])|[a-z]{2,10}(?=/)))(?:[/?#][^\\s]*)?`,
  'g',
);

/** More of a text's links are not looked at. */
const MOST = 5;
const LABELS = 3;
const LONGEST = 100;
/** Of one that takes two: the store's JSON refuses it. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const MANY_DIGITS = /\d{5,}/g;

/** The last labels: what stands before them may be made for each person, as runs of digits may. */
const shortened = (host: string): string => {
  const clean = host
    .slice(host.indexOf('@') + 1)
    .toLowerCase()
    .replace(/\.+$/, '');
  const kept = /^[\d.]+$/.test(clean)
    ? clean
    : clean.split('.').slice(-LABELS).join('.').replace(MANY_DIGITS, '#');
  return kept.slice(0, LONGEST).replace(HALF_CHARACTER, '');
};

/** Each host once, in the order of the text. */
export const hostsOf = (text: string): readonly string[] => {
  if (!text.includes('.')) return NONE;
  const hosts = new Set<string>();
  for (const [, scheme, bare] of text.matchAll(linkPattern)) {
    if (hosts.size === MOST) break;
    const host = shortened(scheme ?? bare ?? '');
    if (host.includes('.')) hosts.add(host);
  }
  return hosts.size === 0 ? NONE : [...hosts];
};
const NONE: readonly string[] = [];
