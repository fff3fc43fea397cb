import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress, toSender } from '../../src/events/addresses.ts';
import { createReadNumber } from '../../src/events/national-numbers.ts';
import { parseSeries, seriesKey } from '../../src/windows/series.ts';

describe('a sender', () => {
  it.each([
    "L'Atelier",
    'L’Atelier',
    'Salon+',
    'Café Crème',
    'R&D <b>',
    '{x},y=%2C',
    'SALON DE COIFFURE LISE',
    'Лиза',
    '美容室',
    '💇 Lise',
    '#STOP',
    'a@b.example',
  ])('is taken as it is: %s', (name) => {
    expect(toSender(name)).toBe(name);
  });

  it('is any text that prints, and comes back from its series as it was', () => {
    const printing = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((text) => text.trim() === text && !/[\p{C}\p{Zl}\p{Zp}]/u.test(text));
    fc.assert(
      fc.property(printing, (text) => {
        const sender = toSender(text);
        expect(sender).toBe(toAddress(text) ?? text);
        expect(parseSeries(seriesKey({ metric: 'sent', provider: 'alpha', sender })).sender).toBe(sender);
      }),
    );
  });

  it('is the same with characters that do not show, and without', () => {
    expect(toSender("\u200bL'Ate\u00adlier\u202e ")).toBe("L'Atelier");
  });

  it.each([
    '',
    ' ',
    '\u200b',
    'a\u0000b',
    'a\u2028b',
    'a\nb',
    '\ud800',
    'x'.repeat(101),
  ])('is nothing that does not print, nor a whole text: %j', (text) => {
    expect(toSender(text)).toBeUndefined();
  });

  it('that is a number is written as any other number', () => {
    expect(toSender('+33 7 00 00 00 01')).toBe('+33700000001');
  });
});

it('knows a number with its trunk zero in brackets for the one without', () => {
  for (const written of ['+33(0)612345678', '+33 (0)6 12 34 56 78', '+33 6 12 34 56 78', '+33.6.12.34.56.78'])
    expect(toAddress(written)).toBe('+33612345678');
  expect(toAddress('+44 (0)20 7946 0000')).toBe('+442079460000');
});

describe('a number without its plus sign', () => {
  it('stays its digits where no country is named, since any would be a guess', () => {
    for (const digits of ['0612345678', '33612345678', '4155550123']) expect(toAddress(digits)).toBe(digits);
    expect(toAddress('06 12 34 56 78')).toBe('0612345678');
    expect(toAddress('36 200')).toBe('36200');
  });

  it('is in E.164 behind 00, which begins no number anywhere', () => {
    expect(toAddress('0033 6 12 34 56 78')).toBe('+33612345678');
    expect(toAddress('tel:+33-6-12-34-56-78')).toBe('+33612345678');
  });

  it.each([
    [
      'FR',
      [
        '0612345678',
        '06 12 34 56 78',
        '06.12.34.56.78',
        '33612345678',
        '0033612345678',
        '+33(0)612345678',
        '612345678',
      ],
      '+33612345678',
    ],
    ['US', ['4155550123', '(415) 555-0123', '14155550123', '1-415-555-0123'], '+14155550123'],
    ['DK', ['20 12 34 56', '4520123456'], '+4520123456'],
    ['IT', ['3401234567', '393401234567'], '+393401234567'],
  ] as const)('is read as people of %s write it', (country, writings, number) => {
    const national = createReadNumber(country);
    for (const written of writings) {
      expect([written, toAddress(written, national)]).toEqual([written, number]);
      expect(toSender(written, national)).toBe(number);
    }
  });

  it('is left as it is where it is none of the country, and a short code stays one', () => {
    const national = createReadNumber('FR');
    for (const address of ['36200', '0112', 'SALON', '441632960000', '+441632960000'])
      expect(toAddress(address, national)).toBe(address);
  });
});
