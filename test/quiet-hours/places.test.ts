import { isSupportedCountry } from 'libphonenumber-js/min';
import { IANAZone } from 'luxon';
import { describe, expect, it, test } from 'vitest';
import { createHolidays } from '../../src/quiet-hours/holidays.ts';
import { createPlaceOf, PREFIXES, placeOfZone } from '../../src/quiet-hours/places.ts';

const placeOf = createPlaceOf(PREFIXES);
const told = (address: string) => {
  const place = placeOf(address);
  return place && `${place.country}${place.region ? `-${place.region}` : ''} ${place.zone}`;
};

describe('where a number lives', () => {
  it.each([
    ['+33612345678', 'FR Europe/Paris'],
    ['+262692123456', 'FR-RE Indian/Reunion'],
    ['+262693123456', 'FR-RE Indian/Reunion'],
    ['+33692123456', 'FR-RE Indian/Reunion'],
    ['+262639123456', 'FR-YT Indian/Mayotte'],
    ['+262269123456', 'FR-YT Indian/Mayotte'],
    ['+590690123456', 'FR-GP America/Guadeloupe'],
    ['+594694123456', 'FR-GF America/Cayenne'],
    ['+596696123456', 'FR-MQ America/Martinique'],
    ['+508551234', 'FR America/Miquelon'],
    ['+681821234', 'FR Pacific/Wallis'],
    ['+687751234', 'NC Pacific/Noumea'],
    ['+68987123456', 'PF Pacific/Tahiti'],
    ['+32470123456', 'BE Europe/Brussels'],
    ['+447700900123', 'GB Europe/London'],
    ['+34612345678', 'ES Europe/Madrid'],
    ['+34928123456', 'ES Atlantic/Canary'],
    ['+351912345678', 'PT Europe/Lisbon'],
    ['+61412345678', 'AU Australia/Sydney'],
    ['+61891234567', 'AU Australia/Perth'],
    ['+61889123456', 'AU Australia/Darwin'],
    ['+5511912345678', 'BR America/Sao_Paulo'],
    ['+5592912345678', 'BR America/Manaus'],
    ['+12125550123', 'US-NY America/New_York'],
    ['+12145550123', 'US-TX America/Chicago'],
    ['+19155550123', 'US-TX America/Denver'],
    ['+13055550123', 'US-FL America/New_York'],
    ['+18505550123', 'US-FL America/Chicago'],
    ['+18085550123', 'US-HI Pacific/Honolulu'],
    ['+17875550123', 'US-PR America/Puerto_Rico'],
    ['+14165550123', 'CA-ON America/Toronto'],
    ['+15145550123', 'CA-QC America/Toronto'],
    ['+17095550123', 'CA-NL America/St_Johns'],
    ['+13065550123', 'CA-SK America/Regina'],
    ['+18765550123', 'JM America/Jamaica'],
    ['+18495550123', 'DO America/Santo_Domingo'],
    // Area codes nobody has yet, and freephone.
    ['+15555550123', 'US America/Chicago'],
    ['+18005550123', 'US America/Chicago'],
  ])('%s lives in %s', (address, expected) => {
    expect(told(address)).toBe(expected);
  });

  it.each([
    '36200',
    'SALON',
    '+',
    '',
    '+79161234567',
    '+8821612345',
    '0612345678',
    '33612345678',
    '+x',
  ])('nobody knows where "%s" lives', (address) => {
    expect(placeOf(address)).toBeUndefined();
  });

  it('goes by the digits up to what is none: a number is written together, as E.164 has it', () => {
    expect(told('+33 6 12 34 56 78')).toBe('FR Europe/Paris');
    expect(told('+1 212 555 0123')).toBe('US America/Chicago');
  });

  it('answers the same object for all who live together', () => {
    expect(placeOf('+12125550123')).toBe(placeOf('+19175550123'));
    expect(placeOf('+262692123456')).toBe(placeOf('+33692123456'));
  });

  it('takes the later of two equal prefixes, and the longer of two that fit', () => {
    const alsace = { country: 'FR', region: '67', zone: 'Europe/Paris' };
    const known = createPlaceOf([...PREFIXES, ['33', alsace]]);
    expect(known('+33612345678')).toBe(alsace);
    expect(known('+33692123456')?.region).toBe('RE');
  });
});

describe('the tables', () => {
  test('name each prefix once, with a country, a zone and a region that exist', () => {
    const digits = PREFIXES.map(([prefix]) => prefix);
    expect(new Set(digits).size).toBe(digits.length);
    expect(digits.filter((prefix) => !/^[1-9]\d{0,5}$/.test(prefix))).toEqual([]);
    const places = [...new Set(PREFIXES.map(([, place]) => place))];
    expect(places.filter(({ zone }) => !IANAZone.isValidZone(zone))).toEqual([]);
    expect(places.filter(({ country }) => !isSupportedCountry(country ?? ''))).toEqual([]);
    const areaCodes = digits.filter((prefix) => prefix.startsWith('1') && prefix.length > 1);
    expect(areaCodes.filter((code) => !/^1[2-9]\d\d$/.test(code))).toEqual([]);
    expect(areaCodes.length).toBeGreaterThan(400);
  });

  test('have all fifty states, and a rule can be had for each of them', () => {
    const states = new Set(PREFIXES.flatMap(([, { country, region }]) => (country === 'US' ? [region] : [])));
    for (const territory of [undefined, 'DC', 'PR', 'VI', 'GU', 'MP', 'AS']) states.delete(territory);
    expect(states.size).toBe(50);
  });

  test('agree with the holiday calendar on what the overseas departments are called', () => {
    const holidays = createHolidays();
    const paris = holidays({ country: 'FR', zone: 'Europe/Paris' }, '2025');
    for (const region of ['RE', 'YT', 'GP', 'GF', 'MQ']) {
      expect(holidays({ country: 'FR', zone: '', region }, '2025').size).toBeGreaterThan(paris.size);
    }
  });
});

describe('the place of a zone', () => {
  it('is its country, and its region when it has but one', () => {
    expect(placeOfZone('Europe/Paris')).toEqual({ country: 'FR', zone: 'Europe/Paris' });
    expect(placeOfZone('Indian/Reunion').region).toBe('RE');
    expect(placeOfZone('America/New_York')).toEqual({ country: 'US', zone: 'America/New_York' });
    expect(placeOfZone('Asia/Kathmandu')).toEqual({ country: undefined, zone: 'Asia/Kathmandu' });
  });
});
