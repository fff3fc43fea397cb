import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toAddress, toSender } from '../../src/events/addresses.ts';
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
