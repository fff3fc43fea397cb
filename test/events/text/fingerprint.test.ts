import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  distance,
  fingerprintOf,
  NEAR,
  readFingerprint,
  written,
} from '../../../src/events/text/fingerprint.ts';
import { createTextSigns } from '../../../src/events/text/signs.ts';

const NAMES = ['Inès', 'Jean-Luc', 'Fatou', 'Théo', 'Maryse', 'Bob', 'Ngozi', 'Anne-Laure', 'Élise', 'Ahmed'];
const CITIES = ['Nantes', 'Paris 11', 'Saint-Denis', 'Grenoble', 'Aix', 'Villeneuve d’Ascq'];
interface Filling {
  readonly name: string;
  readonly city: string;
  readonly amount: number;
  readonly token: string;
  readonly date: string;
}
type Template = (of: Filling) => string;

/** What shops, salons, banks and thieves write; the first are one brand's own, which are alike by nature. */
const TEMPLATES: readonly Template[] = [
  ({ amount }) => `Cet automne, la couleur est à -${amount} % chez Maison Lise jusqu’à samedi. STOP 36200`,
  () => 'Vous nous manquez ! Prenez rendez-vous en ligne, le soin est offert. STOP 36200',
  ({ amount }) => `Joyeux anniversaire ! -${amount} % sur votre prochaine coupe chez Maison Lise. STOP 36200`,
  () => "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200",
  ({ name, amount }) =>
    `Bonjour ${name}, il vous reste ${amount} points sur votre carte Maison Lise, pensez-y ! STOP 36200`,
  ({ city, date }) => `Maison Lise ${city} change d’adresse : le nouveau salon ouvre le ${date}. STOP 36200`,
  ({ amount, city }) =>
    `Rentrée : la coupe enfant à ${amount} euros le mercredi chez Maison Lise ${city}. STOP 36200`,
  ({ name, amount, token }) =>
    `${name}, ventes privées : -${amount}% sur tout le site www.boutique.fr/${token} STOP au 36111`,
  ({ city, amount }) =>
    `Dernière démarque ce week-end dans votre magasin de ${city}, jusqu'à -${amount}%. STOP 36180`,
  ({ name, date }) =>
    `Chère ${name}, votre conseillère vous attend le ${date} pour découvrir la nouvelle collection. STOP 36180`,
  ({ amount, token }) =>
    `Votre colis est bloqué. Réglez ${amount} euros de frais sur http://suivi-colis.top/${token}`,
  ({ token }) => `Ameli : votre carte vitale expire. Renouvelez-la ici https://carte-vitale.info/${token}`,
  ({ name, token }) =>
    `Hi ${name}, your parcel is on its way. Track it: https://trk.parcel.co/${token}. Reply STOP to opt out`,
  ({ amount, token }) =>
    `Flash sale! ${amount}% off all shoes this weekend at Northside: https://nrth.sd/${token} Txt STOP to 88700`,
  ({ name, date }) =>
    `${name}, your table for two on ${date} is waiting. Show this text for a free dessert. STOP to end`,
  ({ amount }) =>
    `We miss you! Come back before Sunday and get ${amount}% off your next order. Reply STOP to opt out`,
  ({ token }) => `URGENT: your account has been locked. Verify it now at http://secure-login.xyz/${token}`,
];

const filling = fc.record<Filling>({
  name: fc.constantFrom(...NAMES),
  city: fc.constantFrom(...CITIES),
  amount: fc.integer({ min: 5, max: 95 }),
  token: fc.stringMatching(/^[a-z0-9]{8}$/),
  date: fc.constantFrom('3/11', '28/02', '12 mai', '1er juin', '14/07'),
});
const fillings = (seed: number, count: number) => fc.sample(filling, { seed, numRuns: count });
const share = (found: readonly number[], test: (distance: number) => boolean) =>
  found.filter(test).length / found.length;

describe('fingerprints', () => {
  const sets = TEMPLATES.map((template, index) =>
    fillings(index + 1, 60).map((of) => fingerprintOf(template(of))),
  );

  test('of one template filled in anew are near, but for 3 of 100', () => {
    const found = sets.flatMap((set) => set.flatMap((a, i) => set.slice(i + 1).map((b) => distance(a, b))));
    expect(share(found, (bits) => bits > NEAR)).toBeLessThan(0.03);
  });

  test('of one template are all but always near one of ten others of it', () => {
    const found = sets.flatMap((set) =>
      set.slice(10).map((one) => Math.min(...set.slice(0, 10).map((head) => distance(one, head)))),
    );
    expect(share(found, (bits) => bits > NEAR)).toBeLessThan(0.005);
  });

  test('of two templates are far, but for 3 of 1,000, though they share a brand and its STOP', () => {
    const found = sets.flatMap((set, i) =>
      sets.slice(i + 1).flatMap((other) => set.flatMap((a) => other.map((b) => distance(a, b)))),
    );
    expect(share(found, (bits) => bits <= NEAR)).toBeLessThan(0.003);
  });

  test('fold case, accents, digits and the paths of links, not their hosts', () => {
    const one = fingerprintOf('Réservez le 12/05 sur https://maison-lise.fr/a1b2 : 15 € offerts');
    expect(fingerprintOf('RESERVEZ LE 31/12 SUR https://maison-lise.fr/zzz : 99 € OFFERTS')).toEqual(one);
    expect(fingerprintOf('Réservez le 12/05 sur https://maison-louise.fr/a1b2 : 15 € offerts')).not.toEqual(
      one,
    );
  });

  test('are written in sixteen digits and read again', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, word, (high, low) => {
        const text = written({ high, low });
        expect(text).toMatch(/^[0-9a-f]{16}$/);
        expect(readFingerprint(text)).toEqual({ high, low });
      }),
    );
  });

  test('differ in none of their bits from themselves and in all from their opposite', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(word, word, (high, low) => {
        expect(distance({ high, low }, { high, low })).toBe(0);
        expect(distance({ high, low }, { high: ~high >>> 0, low: ~low >>> 0 })).toBe(64);
      }),
    );
  });

  test('say the same of a text whatever was asked before, remembered or not', () => {
    const signs = createTextSigns();
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), (texts) => {
        for (const text of texts) expect(signs(text).print).toBe(written(fingerprintOf(text)));
      }),
    );
    for (let i = 0; i < 12_000; i++) signs(`text ${'x'.repeat(i % 7)} ${i}`);
    expect(signs('Voir bit.ly/abc')).toMatchObject({
      print: written(fingerprintOf('Voir bit.ly/abc')),
      hosts: ['bit.ly'],
    });
  });
});
