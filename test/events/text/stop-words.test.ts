import { describe, expect, test } from 'vitest';
import { createStopWords } from '../../../src/events/text/stop-words.ts';

const words = createStopWords();

describe('an answer that opts out', () => {
  test.each([
    'STOP',
    ' stop ',
    'Stop!',
    '"STOP".',
    'STOP merci',
    'Stop 36200',
    'STOP au 36200',
    'ARRET',
    'arrêt',
    'ARRE\u0302T',
    'Désabo',
    'désabonnement svp',
    'Stop pub',
    'STOPALL',
    'Stop all please',
    'unsubscribe',
    'opt-out',
    'Opt out',
    'OPTOUT',
    'Cancel',
    'END',
    'quit, thanks',
    'BAJA',
    'Baja por favor',
    'annulla',
    'ABMELDEN',
    'Stopp bitte',
    'afmelden',
    'uit',
    'Avregistrera',
  ])('%s', (text) => {
    expect(words.stopIn(text)).toBe('clear');
  });

  test.each([
    '',
    '   ',
    '36200',
    'OK',
    'Merci',
    'Je serai en retard de 10 min',
    'ne pas stopper la livraison',
    'OK stop by at 5',
    'Stop by at 5',
    'Non stop',
    'nonstop',
    'stopover',
    'Cancel my appointment',
    'End of May?',
    'Baja California',
    'Uit eten vanavond',
    'Stop, you are the best hairdresser there is',
    `Stop${' ha'.repeat(200)}`,
  ])('not: %s', (text) => {
    expect(words.stopIn(text)).toBeUndefined();
  });

  test('without a text asks for nothing', () => {
    expect(words.stopIn(undefined)).toBeUndefined();
  });

  test('may use words of one’s own, in any spelling', () => {
    const own = createStopWords({ words: ['Genug!', 'sluta'] });
    for (const text of ['GENUG', 'genug danke', 'STOP']) expect(own.stopIn(text)).toBe('clear');
    expect(words.stopIn('genug')).toBeUndefined();
  });
});

describe('an answer that opts in again', () => {
  test.each([
    'START',
    ' start! ',
    'Start 36200',
    'START svp',
    'Unstop',
    'opt-in',
    'Opt in',
    'Réabonnement',
    'réabo merci',
    'ALTA',
    'Anmelden bitte',
    'aanmelden',
    'Pa\u030Ameld',
  ])('%s', (text) => {
    expect([words.isStart(text), words.stopIn(text)]).toEqual([true, undefined]);
  });

  test.each([
    '',
    'STOP',
    'Oui',
    'Yes',
    'OK',
    'Start at 5?',
    'Start when?',
    'start stop',
    'restart',
    'Alta velocidad',
    `START${' '.repeat(200)}`,
  ])('not: %s', (text) => {
    expect(words.isStart(text)).toBe(false);
  });

  test('without a text asks for nothing, and may use words of one’s own', () => {
    const own = createStopWords({ startWords: ['Oui'] });
    expect([words.isStart(undefined), own.isStart('OUI merci'), own.isStart('oui mais')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(own.isStart('START')).toBe(true);
  });
});

describe('the code for STOP', () => {
  test.each([
    ['Un soin offert. STOP 36200', '36200'],
    ['Un soin offert. STOP au 36200.', '36200'],
    ['Soin offert STOP SMS au 36111', '36111'],
    ['-30 % ! Stop=36200', '36200'],
    ['Sale! txt STOP to 12345 to opt out, 2 msgs a month', '12345'],
    ['Arrêt au 36200', '36200'],
    ['Stoppen? Stuur STOP naar 8989', '8989'],
    ['Abmelden an 12345', '12345'],
    ['STOP: +15551234567', '+15551234567'],
    ['Soin offert. STOP SMS 36 200', '36200'],
    ['Soin offert. STOP SMS 36\u00a0200', '36200'],
    ['-30 % avant le 31. STOP au 3 62 00', '36200'],
    ['Soin offert. StopSMS36200', '36200'],
    ['Soin offert STOP36200', '36200'],
    ['STOP vers le 36063', '36063'],
    ['Pour ne plus recevoir : STOP par SMS au 36063 (gratuit)', '36063'],
    ['Envoyez STOP au numéro 36200', '36200'],
    ['STOP 36 200. Ouvert du 12 au 14, de 10h à 19h', '36200'],
    ['Sağlıklı saçlar! RET yazıp 3340’a gönderin', '3340'],
    ['No+publi BAJA al 21722', '21722'],
  ])('is named: %s', (text, code) => {
    expect(words.codeOf({ text })).toBe(code);
    expect(words.codeOf({ text, from: '38015' })).toBe(code);
  });

  test.each([
    'Stop aux prix ! Avant le 12 2026',
    'Stop dès 2026',
    'Ouvert nonstop 36200',
    'STOP au 0612345678',
    'Stop à 20h30',
    'Code 36200 STOP',
    'STOP 123',
    'Stop à 20 30',
    'STOP le 12 12',
    'Arrêt 14 rue 75 001',
    'Reply STOP to opt out',
  ])('is not named, so that it is the sender if that can be answered: %s', (text) => {
    expect(words.codeOf({ text })).toBeUndefined();
    expect(words.codeOf({ text, from: '38015' })).toBe('38015');
    expect(words.codeOf({ text, from: '+33700000001' })).toBe('+33700000001');
    expect(words.codeOf({ text, from: 'MaisonLise' })).toBeUndefined();
  });

  test('of texts as long as each other is each its own, again and again', () => {
    const texts = ['Soin offert STOP 36200', 'Soin offert STOP 36111', 'Soin offert a tout prix'];
    for (const _ of [1, 2])
      expect(texts.map((text) => words.codeOf({ text }))).toEqual(['36200', '36111', undefined]);
  });
});
