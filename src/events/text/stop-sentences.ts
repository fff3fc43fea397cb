/**
 * Sentences that ask for no more messages without being a keyword: probably an opt-out, and a person must look.
 * In: an answer. Out: whether it asks. Pure.
 *
 * A pattern wants a verb for ending beside what is to end (messages, the number, the list), or words that nobody says
 * of anything else. "Je ne veux plus venir" cancels an appointment, "Ich habe keine SMS bekommen" asks for one more,
 * and neither is meant. Patterns are written as the words come: lower case, no accents, signs as spaces.
 */
import { folded } from './letters.ts';

const MESSAGES =
  'sms|smsow|smsy|smsleri\\w*|textos?|texts?|messages?|msgs?|pubs?|publicites?|promos?|promotions?|marketing|spams?|newsletters?|mailings?|e?mails?|envois|sollicitations?|notifications?|notifs?|offers|offres|demarchage|nachrichten|werbung|werbe\\w*|angebote|mensajes|publicidad|ofertas|messaggi|pubblicita|offerte|berichten|berichtjes|reclame|aanbiedingen|wiadomosci|reklam\\w*|oferty?|mesaj\\w*|kampanya\\w*';
const LISTS =
  'listes?|lists?|listing|fichiers?|base|database|coordonnees|numero|number|nummer|mailing|verteiler|datenbank|lista|elenco|lijst|bestand|baz[ay]|listeden|listenizden';

const either = (...patterns: readonly string[]): RegExp => new RegExp(` (?:${patterns.join('|')}) `);
/** Up to `most` words between two that belong together, with the spaces around. */
const upTo = (most: number): string => `(?: \\w+){0,${most}}? `;

const FRENCH = either(
  `ne plus${upTo(4)}(?:envoy\\w+|recevoir|contact\\w+|sollicit\\w+|derang\\w+|relanc\\w+|ecri\\w+)`,
  `ne pas (?:me|m|nous) (?:envoyer|contacter|solliciter|deranger|relancer|ecrire)`,
  `(?:envoyez|contactez|ecrivez|sollicitez)(?: moi)? plus`,
  `ne (?:m|me|nous) (?:envoyez|contactez|ecrivez|sollicitez|derangez|relancez) (?:plus|pas|jamais)`,
  `(?:veux|souhaite|desire|voudrais) (?:plus|pas)(?: jamais)? (?:recevoir|etre (?:contactee?|sollicitee?|derangee?))`,
  `(?:veux|souhaite|desire) (?:plus|pas)${upTo(2)}(?:${MESSAGES})`,
  `(?:arret\\w*|cess\\w+|stop)${upTo(4)}(?:envoyer|spammer|harceler|contacter|deranger)`,
  `(?:arret\\w*|cess\\w+) \\w+${upTo(3)}(?:${MESSAGES})`,
  `(?:retir|suppr|enlev|effac|ray|radi|sort)\\w+${upTo(3)}(?:${LISTS})`,
  `(?:retirez|supprimez|enlevez|rayez|sortez) (?:moi|nous)`,
  '(?:desabonn|desinscri)\\w+',
  `plus (?:de|d|aucun|aucune) (?:vos )?(?:${MESSAGES})`,
  '(?:laiss|fout|fich)\\w+ (?:moi|nous) (?:tranquilles?|la paix)',
  `(?:oppose|opposition)${upTo(5)}(?:prospection|demarchage)`,
);

const ENGLISH = either(
  '(?:stop|quit|cease) (?:sending|texting|messaging|contacting|spamming|bothering|harassing)',
  `stop \\w+${upTo(1)}(?:${MESSAGES})`,
  '(?:do not|don t|dont|never) (?:text|txt|message|contact|spam|bother) (?:me|us)',
  `(?:do not|don t|dont|never|stop) send(?:ing)? (?:me |us )?(?:any ?more|more|these|those|any|anything|${MESSAGES})`,
  `(?:do not|don t|dont|no longer) (?:want|wish|need)${upTo(5)}(?:${MESSAGES})`,
  `(?:do not|don t|dont|no longer) (?:want|wish) to (?:receive|hear|be contacted)`,
  `(?:take|remove|delete|get) (?:me|us|my \\w+|this number)${upTo(3)}(?:${LISTS})`,
  '(?:remove|delete) (?:me|my (?:number|phone|contact|details|data))',
  '(?:unsub|unsubscrib\\w*|unsubscib\\w*|unsuscrib\\w*|unsubcrib\\w*)',
  '(?:opt|opting|opted)(?: me)? out',
  `no more (?:${MESSAGES})`,
  'leave me alone',
);

const GERMAN = either(
  `keine?${upTo(3)}(?:${MESSAGES})${upTo(1)}(?:mehr|schicken|senden|zusenden)`,
  `(?:mochte|will|wunsche|wollen)${upTo(3)}keine?${upTo(3)}(?:${MESSAGES})`,
  `(?:mir|mich|uns) (?:bitte )?nichts? mehr${upTo(2)}(?:schreiben|kontaktieren|anschreiben|schicken|senden|zusenden)`,
  `(?:schreiben|kontaktieren|schicken|senden)${upTo(3)}(?:nicht|nichts|keine) mehr`,
  '(?:mich|nummer|rufnummer|daten)(?: \\w+){0,5}? (?:abmelden|austragen|loschen|entfernen|streichen)',
  '(?:abmelden|loschen|entfernen|streichen|tragen|melden|nehmen) sie (?:mich|meine (?:nummer|daten))',
  `(?:loscht|streicht|nehmt|entfernt) (?:mich|meine (?:nummer|daten))`,
  'lass(?:t|en sie) mich in ruhe',
);

const SPANISH = either(
  `no (?:quiero|deseo|queremos)${upTo(3)}(?:recibir|${MESSAGES})`,
  'no (?:me |nos )?(?:envi|mand|escrib|contact|molest)\\w+ (?:mas|nunca)',
  `no (?:me |nos )?(?:envi|mand)\\w+${upTo(2)}(?:${MESSAGES})`,
  '(?:dejen?|paren?|dejad) de (?:enviar|mandar|escribir|molestar|contactar)\\w*',
  '(?:dar|darme|denme|den|deme|dame|quiero|solicito|pido)(?: \\w+){0,2}? (?:de |la )?baja',
  `(?:borr|elimin|quit|saqu)\\w+${upTo(3)}(?:${LISTS})`,
  `no mas (?:${MESSAGES})`,
);

const ITALIAN = either(
  `non (?:voglio|desidero|vorrei|intendo) piu (?:ricevere|essere|\\w+ (?:${MESSAGES}))`,
  '(?:mandate|inviate|scrivete|contattate|mandatemi|inviatemi|scrivetemi|contattatemi|mandarmi|inviarmi|scrivermi|contattarmi) piu',
  `(?:smett\\w+|basta)${upTo(3)}(?:${MESSAGES}|mandar\\w*|inviar\\w*|scriver\\w*|disturbar\\w*)`,
  `(?:cancell|rimuov|togli|elimin)\\w+${upTo(3)}(?:${LISTS})`,
  '(?:disiscriv\\w+|cancellarmi|rimuovermi|rimuovetemi|cancellatemi|toglietemi)',
);

const DUTCH = either(
  `geen${upTo(3)}(?:${MESSAGES})${upTo(1)}(?:meer|sturen)`,
  `wil${upTo(3)}geen${upTo(3)}(?:${MESSAGES})`,
  '(?:stuur|schrijf|bel|app|sms)(?: (?:mij|me|ons))? (?:niets?|alstublieft niet) meer',
  `stop(?:pen)? met${upTo(3)}(?:sturen|smsen|${MESSAGES})`,
  '(?:mij|me|nummer)(?: \\w+){0,5}? (?:afmelden|uitschrijven|verwijderen)',
  `(?:verwijder|haal|schrijf) (?:mij|me|mijn)${upTo(4)}(?:uit|af|${LISTS})`,
  'laat (?:me|mij) met rust',
);

const TURKISH = either(
  `(?:${MESSAGES})(?: \\w+){0,3}? (?:istemiyorum|istemiyoruz)`,
  '(?:gondermeyin|yollamayin|atmayin)\\w*',
  '(?:beni|numarami)(?: \\w+){0,4}? (?:cikar\\w+|cikart\\w+|sil|silin\\w*)',
  'abonelig\\w+(?: \\w+){0,3}? iptal',
  'rahatsiz etmeyin',
);

const POLISH = either(
  `nie (?:chce|zycze sobie|wyrazam zgody)${upTo(5)}(?:${MESSAGES})`,
  `(?:nie|przestan\\w*)(?: (?:mi|mnie|do mnie|wiecej))* (?:wysyl|przysyl|pis)\\w+${upTo(2)}(?:wiecej|do mnie|${MESSAGES})`,
  `(?:nie wysyl|nie przysyl|nie pis)\\w+ (?:mi )?(?:juz|wiecej)`,
  `(?:wypis|usun|skresl|wykresl)\\w*${upTo(3)}(?:mnie|moj|numer|${LISTS})`,
  '(?:mnie|numer)(?: \\w+){0,2}? (?:wypisac|usunac|wykreslic)',
  `(?:koniec|dosc)${upTo(2)}(?:${MESSAGES})`,
);

/** Whoever says that they have answered STOP before asks for it again. */
const SAID_BEFORE = either(
  '(?:repondu|envoye|ecrit|tape|sent|texted|said|replied|typed|wrote|geschrieben|geantwortet|geschickt|inviato|scritto|risposto|enviado|escrito|gestuurd|geantwoord|wyslalem|wyslalam|napisalem|napisalam)(?: \\w+){0,3}? stop',
  '(?:deja|already|schon|gia|ya he|al|juz)(?: \\w+){0,4}? stop',
);

const ASKS = [FRENCH, ENGLISH, GERMAN, SPANISH, ITALIAN, DUTCH, TURKISH, POLISH, SAID_BEFORE];

/** What turns such a sentence into its opposite. */
const ASKS_NOT = either(
  '(?:ne|n) (?:(?:pas|jamais|surtout|me|m|vous|nous) )*(?:stopp|arret|desabonn|desinscri|retir|suppr)\\w*',
  '(?:do not|don t|dont|never) (?:stop|unsubscribe|opt|remove|delete|take)',
  '(?:nicht|niet|nie) (?:stopp\\w*|abmelden|austragen|afmelden|uitschrijven|wypisywac|usuwac)',
  'non (?:cancell|rimuov|disiscriv|smett)\\w+',
);

/** Whether an answer asks in a sentence for no more messages. */
export const asksInSentence = (text: string): boolean => {
  const words = folded(text.replace(/['’-]/g, ' ')).match(/[a-z0-9ß]+/g) ?? [];
  const said = ` ${words.join(' ')} `;
  return !ASKS_NOT.test(said) && ASKS.some((pattern) => pattern.test(said));
};
