import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import metadata from 'libphonenumber-js/min/metadata';
import { describe, expect, it, test } from 'vitest';
import { countryOf } from '../../src/quiet-hours/country.ts';

describe('the country of a number', () => {
  it.each([
    ['+33612345678', 'FR'],
    ['+32470123456', 'BE'],
    ['+352621123456', 'LU'],
    ['+8801712345678', 'BD'],
    ['+262692123456', 'RE'],
    ['+590690123456', 'GP'],
    ['+594694123456', 'GF'],
    ['+596696123456', 'MQ'],
    ['+687751234', 'NC'],
  ])('%s belongs to %s', (address, country) => {
    expect(countryOf(address)).toBe(country);
  });

  it.each([
    ['+14255550156', 'US'],
    ['+18765550156', 'US'],
    ['+79161234567', 'RU'],
    ['+447700900123', 'GB'],
    ['+393331234567', 'IT'],
    ['+212612345678', 'MA'],
  ])('a code that countries share is the main one’s: %s belongs to %s', (address, country) => {
    expect(countryOf(address)).toBe(country);
  });

  it.each(['36200', 'SALON', '33612345678', '', '+', '+881612345678'])('nobody’s: "%s"', (address) => {
    expect(countryOf(address)).toBeUndefined();
  });

  test('every country’s calling code is found, whole: none is the beginning of another', () => {
    for (const country of getCountries()) {
      const code = getCountryCallingCode(country);
      const main = metadata.country_calling_codes[code]?.[0];
      expect([country, countryOf(`+${code}12345678`)]).toEqual([country, main]);
    }
  });
});
