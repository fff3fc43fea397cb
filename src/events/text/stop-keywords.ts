/** The keywords with which people answer to opt out and in, by language, and where they are documented. */

/** The keywords of one language. */
export interface Words {
  /** Keywords that mean nothing else. */
  readonly clear: readonly string[];
  /** Keywords that are everyday words as well. */
  readonly everyday?: readonly string[];
  /** Everyday keywords that texts name with a code all the same, as "BAJA al 21722". */
  readonly named?: readonly string[];
  /** Keywords that opt in again. */
  readonly start?: readonly string[];
}

/**
 * Keywords by language, in lower case without accents. English and the French of Canada are what providers document as
 * opting out by default: Twilio (Advanced Opt-Out: STOP, STOPALL, UNSUBSCRIBE, CANCEL, END, QUIT, REVOKE, OPTOUT) and
 * AWS End User Messaging (required keywords: ARRET, CANCEL, END, OPT-OUT, OPTOUT, QUIT, REMOVE, STOP, TD,
 * UNSUBSCRIBE). For the others no provider has a list: STOP is what texts name everywhere, beside it the word of the
 * language for leaving a list.
 * START and UNSTOP are what Twilio, AWS and Telnyx document for opting in again; the others are the opposites of the
 * words for leaving.
 */
export const STOP_KEYWORDS: Readonly<Record<string, Words>> = {
  en: {
    clear: ['stop', 'stopall', 'unsubscribe', 'unsubscribed', 'unsub', 'optout'],
    everyday: ['cancel', 'end', 'quit', 'remove', 'revoke', 'td'],
    start: ['start', 'unstop', 'subscribe', 'resubscribe', 'optin'],
  },
  fr: {
    clear: [
      'stop',
      'stoppub',
      'arret',
      'desabo',
      'desabonner',
      'desabonnez',
      'desabonnement',
      'desinscription',
      'desinscrire',
    ],
    everyday: ['arreter', 'arretez', 'arrete', 'stopper', 'stoppez'],
    start: ['start', 'reabo', 'reabonner', 'reabonnement', 'reinscription', 'reinscrire'],
  },
  es: {
    clear: ['stop', 'darsedebaja'],
    everyday: ['baja', 'alto', 'parar'],
    named: ['baja'],
    start: ['alta', 'darsedealta'],
  },
  it: {
    clear: ['stop', 'disiscrivi', 'disiscrivimi'],
    everyday: ['annulla', 'cancella', 'cancellami'],
    start: ['iscrivi', 'iscrivimi'],
  },
  de: {
    clear: ['stop', 'stopp', 'abmelden', 'abbestellen', 'abmeldung', 'austragen'],
    everyday: ['stoppen'],
    start: ['anmelden', 'anmeldung'],
  },
  nl: {
    clear: ['stop', 'afmelden', 'uitschrijven'],
    everyday: ['uit', 'stoppen'],
    start: ['aanmelden', 'inschrijven'],
  },
  pt: { clear: ['stop'], everyday: ['sair', 'parar'] },
  sv: { clear: ['stopp', 'avregistrera', 'avanmal'], start: ['anmal', 'registrera'] },
  da: { clear: ['stop', 'afmeld', 'frameld'], start: ['tilmeld'] },
  no: { clear: ['stopp', 'avmeld'], start: ['pameld'] },
  pl: { clear: ['stop', 'rezygnuje', 'wypisz'], everyday: ['rezygnacja'] },
  tr: { clear: ['stop'], everyday: ['iptal', 'ret'], named: ['ret', 'iptal'] },
  ru: { clear: ['стоп', 'отписка', 'отписаться'] },
  el: { clear: ['στοπ'] },
};
