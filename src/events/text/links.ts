/** The hosts that a text's links lead to. Hosts are nobody's person, and are kept in clear. */

/**
 * A link begins with its scheme or "www.", or is a bare host that has a path behind it or ends in one of these domains.
 * Bare hosts are matched in lower case only, since "soin.Merci" is a sentence that lacks a space.
 */
const BARE = 'com|fr|net|org|eu|io|co|me|ly|de|es|it|be|ch|uk|us|ca|re|app|link|shop|info|site|online';
export const linkPattern = new RegExp(
  `(?:https?://|www\\.)([^\\s/?#:<>"']+)[^\\s]*|(?<![\\w@.-])((?:[a-z0-9-]+\\.)+(?:(?:${BARE})(?![\\w.-]*[\\w-])|[a-z]{2,10}(?=/)))(?:[/?#][^\\s]*)?`,
  'g',
);

/** The most hosts taken from one text, so that a text of nothing but links costs no more than another. */
const MOST = 5;
const LABELS = 3;
const LONGEST = 100;
/** Cutting may leave the first half of a character that takes two, which the store's JSON refuses. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;
const MANY_DIGITS = /\d{5,}/g;

/** A host by its last labels: labels before them, and long runs of digits, may be made for each person. */
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

/** The hosts of a text's links, each once, in the order of the text; none when it has no link. */
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
