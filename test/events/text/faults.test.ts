import { describe, expect, test } from 'vitest';
import { faultOf } from '../../../src/events/text/faults.ts';

describe('a text with a place that was not filled in', () => {
  test.each([
    'Bonjour {{first_name}}, votre colis est là',
    'Bonjour {{ customer.name }}, à demain',
    'Bonjour {prenom}, -20 % chez Maison Lise. STOP 36200',
    'Hi ${name}, your code is here',
    'Bonjour %PRENOM%, à bientôt',
    'Cher [FIRSTNAME], merci',
    'Votre rendez-vous du <date> est confirmé',
    'Bonjour undefined, votre commande est prête',
    'Il vous reste NaN points',
    'Votre commande [object Object] est prête',
    'Hi (null), welcome',
    'Bonjour null, votre commande est prête',
    'HELLO NULL! Your parcel is here',
    'null, votre colis est là',
    'Merci null null pour votre achat',
    'Suivi : https://trk.co/null',
  ])('%s', (text) => expect(faultOf(text)).toBe('unfilled'));
});

describe('a text that is fine', () => {
  test.each([
    'Null Problem! Ihr Termin ist bestätigt.',
    'Versand null Euro, null Risiko',
    'Es ist null Uhr.',
    'Your old password is null and void.',
    'Match nul hier soir !',
    'Soldes : -20%SUR50% des articles, -30% %',
    'De -20 %à -50 % partout, 100 % coton',
    '[MAISON] Votre code est 123456',
    '[URGENT] Rendez-vous déplacé à 9h',
    'Nan mais quel prix !',
    'Nannies wanted <3',
    'Les prix (TTC) baissent',
    'SÃO PAULO, um château âgé, ÂGE',
    'STOP 36200',
    '☎',
  ])('%s', (text) => expect(faultOf(text)).toBeUndefined());
});

test('no text at all, or nothing but blanks, is blank', () => {
  for (const text of ['', '  ', '\n\t', '\u00a0\u200b']) expect(faultOf(text)).toBe('blank');
});

test('characters that were lost, or read in the wrong encoding, are garbled', () => {
  for (const text of ['Votre r�servation', 'Votre rÃ©servation', 'l’automneâ€™', 'Ã\u00a0 demain', '20 Â°C'])
    expect(faultOf(text)).toBe('garbled');
});
