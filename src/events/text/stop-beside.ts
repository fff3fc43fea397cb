/**
 * The words that stand beside a keyword in an answer and change nothing of what it asks, by what they do there. In
 * lower case without accents; one list for all languages, since people mix them.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Greetings, please and thank you; how soon; and the verbs for answering, which people copy from the message. */
export const COURTESIES = words(`
  merci svp stp please pls plz thanks thank thx you sms por favor gracias per favore grazie bitte danke dank obrigado
  obrigada tack tak takk prosze dziekuje lutfen tesekkurler tesekkur ederim alstublieft aub graag sil s il vous te plait
  je prie davance bonjour bonsoir bjr bsr salut coucou hello hi hey hallo hoi hola buenos dias buenas tardes buongiorno
  buonasera ciao salve guten tag morgen abend goedendag goedemorgen dag merhaba selam dzien dobry czesc
  vielen viele besten lieben beaucoup infiniment much very many and mille muchas mil bedankt u wel ty tks mci mrc dzieki
  davance dear sir madam cdt cdlt bisous
  madame monsieur mme mr messieurs mesdames cordialement bonne journee soiree ok
  maintenant immediat immediatement definitif definitivement now immediately asap just sofort subito ahora nu hemen
  natychmiast gratuit repondre reponds reponse envoyer envoie jenvoie reply send txt senden sende antwort enviar envio
  invia stuur gonder yaz yazip wyslij
`);

/** What marketing is called: keywords are asked for it, as in "STOP PUB" and "stop aux messages". */
export const OBJECTS = words(`
  sms texto textos text texts message messages msg msgs mms pub pubs publicite publicites promo promos promotion
  promotions marketing spam spams newsletter mailing liste envoi envois notification notifications notif notifs all
  tout tous toutes demarchage harcelement werbung werbe nachricht nachrichten reklame berichten reclame mensaje mensajes
  publicidad messaggio messaggi pubblicita wiadomosci reklam reklama mesaj mesajlar appel appels calls mail mails email emails prospection sollicitation sollicitations arnaque arnaques
  spamming numero number nummer nieuwsbrief everything alles alle tutto todo
`);

/** Words that lead from a keyword to a code or to what is to stop, as in "STOP SMS au 36200" and "stop à vos pubs". */
export const LINKS = words(`
  au aux a à le la les l de des du d vos votre ces ses mes cette vers par pour ce mon code num no n nr to at the your these this my for
  via by reply an an die der den das ihre eure diese auf zu naar het deze jullie al el los las sus su este del il lo i
  gli le vostri vostre questi ai agli na do te ten bu sizin e ye ya mio mi meine
`);
