/**
 * What of an answer its sender wrote, and what was put there: a subject, the mark of a telephone, a signature, the
 * message that is answered. In: an answer. Out: its own lines.
 */

/** What a mail is called that was turned into an SMS, in front of what it says. */
const SUBJECT =
  /^\s*(?:(?:re|r|frm|from|aw|antw|sv|fw|fwd|tr|wg|odp|ynt|vs|objet|sujet|subject|subj|betreff|oggetto|asunto|onderwerp|temat|konu|msg|message)\s*:\s*(?:re\s+)?)+/i;
const MAIL_ADDRESS = /\S+@\S+[ /|]*/g;
/** Where a telephone or a mail program begins to speak of itself, or quotes what it answers. */
const NOT_OWN =
  /(?:^|\s)(?:(?:envoy[ée]e?|[ée]crit|transmis) (?:de|depuis|à partir|avec|par) |t[ée]l[ée]charger outlook|obtenez outlook|obtenir outlook|(?:sent|written) (?:from|via|with|using) |get outlook|(?:von|mit) mein\p{L}* |(?:gesendet|geschickt) (?:von|mit|aus) |(?:diese nachricht|dieses e-?mail|this (?:message|e?-?mail)|ce (?:message|mail|courriel)|questo messaggio|este mensaje|dit bericht|bu mesaj|ta wiadomo\p{L}*) (?:wurde|was|is|a [ée]t[ée]|[èe]|fue|ha sido|werd|zosta\p{L}*|iphone) |inviato (?:da|dal|con) |(?:enviado|enviada) (?:desde|con|do) |(?:verzonden|verstuurd) (?:vanaf|vanuit|met|via) |wys[łl]an[eoay] z |iphone.{0,12}g[öo]nderildi|g[öo]nderen:|-{2,}|_{2,}|\*{3,}|[-‐]+ ?original|>)/iu;
/** The line above a quoted message: "Le 28 oct. 2026 à 20:05, Maison Lise a écrit :". */
const QUOTES =
  /(?:^|\n).{0,120}(?:a écrit|wrote|schrieb.{0,60}|ha scritto|escribió|schreef.{0,60}|napisał\(?a?\)?|yazdı|skrev.{0,60})\s*:/iu;
const CONTACT =
  /www\.|https?:|\+?\d[\d\s./()-]{7,}|\b\d{5}\b|^\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|av|avenue|bd|boulevard|place|chemin|all[ée]e|impasse|quai)\b/iu;
const CLOSING =
  /^(?:cordialement|bien (?:à vous|cordialement)|cdlt|bisous|bises|regards|(?:best|kind) regards|cheers|mfg|lg|vg|(?:mit freundlichen|viele|liebe|beste) gr(?:ü|ue)(?:ß|ss)en?|saludos|un saludo|(?:cordiali|distinti) saluti|saluti|(?:met vriendelijke )?groet(?:en|jes)?|mvg|pozdrawiam|sayg[ıi]lar[ıi]mla|sayg[ıi]lar)\P{L}*$/iu;
/** A line of one to four names, each with a capital: none of what people say in a sentence. */
const NAME =
  /^\P{L}*\p{Lu}[\p{L}.’'-]*(?:[ ,]+(?:(?:de|du|da|van|von|der|den|le|la|di|et|&) )*\p{Lu}[\p{L}.’'-]*){0,3}\s*$/u;
/** The elision or the contraction that only sentences have: "J'arrive", "I'm late". */
const SPOKEN = /^(?:[A-Z][’']\p{Ll}|\p{L}+[’'](?:m|re|ve|ll|s|t)\b)/u;

/** The lines of an answer that are its sender's own, without empty ones. */
export const ownLines = (text: string): string[] => {
  const quoted = text.search(QUOTES);
  const own = (quoted > 0 ? text.slice(0, quoted) : text).replace(MAIL_ADDRESS, '').replace(SUBJECT, '');
  const end = own.search(NOT_OWN);
  return (end > 0 ? own.slice(0, end) : own)
    .split(/[\r\n\u2028]+/)
    .map((line) => line.replace(SUBJECT, '').trim())
    .filter((line) => line !== '');
};

/** Whether a line below what somebody says is how they sign: a name, how to reach them, a closing. */
export const isSignature = (line: string): boolean =>
  CLOSING.test(line) || CONTACT.test(line) || (NAME.test(line) && !SPOKEN.test(line));
