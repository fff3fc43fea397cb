import { describe, expect, test } from 'vitest';
import { hostsOf } from '../../../src/events/text/links.ts';

describe('the hosts of a text’s links', () => {
  test.each([
    ['Suivi : https://trk.parcel.co/abc?x=1. Merci', ['trk.parcel.co']],
    ['http://LA-POSTE-suivi.top/x et http://la-poste-suivi.top/y', ['la-poste-suivi.top']],
    ['www.boutique.fr/soldes', ['boutique.fr']],
    ['Tout sur boutique.fr, et bit.ly/3xYz', ['boutique.fr', 'bit.ly']],
    ['voir maisonlise.com.', ['maisonlise.com']],
    ['http://192.168.0.1/login', ['192.168.0.1']],
    ['https://u12345678.a.b.example.com/x', ['b.example.com']],
    ['https://u12345678.example.com/x', ['u#.example.com']],
    ['http://user@evil.example:8080/x', ['evil.example']],
  ])('%s', (text, hosts) => expect(hostsOf(text)).toEqual(hosts));

  test.each([
    'Profitez d’un soin.Merci',
    'À 14.30 ou 15.00 chez nous',
    'écrivez à marie@maisonlise.fr',
    'Version 2.0 e.g. M. Durand',
    'STOP 36200',
  ])('none in: %s', (text) => expect(hostsOf(text)).toEqual([]));

  test('of a text full of links are the first five', () => {
    const text = Array.from({ length: 9 }, (_, i) => `http://h${i}.fr/`).join(' ');
    expect(hostsOf(text)).toHaveLength(5);
  });
});
