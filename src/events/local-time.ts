/**
 * Where and when a message arrives: the recipient's country and time zone from the number, and the local time.
 * In: an address and an instant. Out: a place, and weekday, minute and date there.
 * Called for every marketing message, so nothing here makes a date object per call.
 */
import { IANAZone } from 'luxon';
import type { Ms } from './event.ts';

export interface Place {
  /** ISO 3166 country whose public holidays hold there; undefined when the number does not tell. */
  readonly country: string | undefined;
  readonly zone: string;
  /** Part of the country with holidays of its own: "RE" of "FR". */
  readonly region?: string;
}

export interface LocalTime {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
  /** yyyy-mm-dd */
  readonly date: string;
}

const france = (zone: string, region?: string): Place => ({ country: 'FR', zone, region });
const PARIS = france('Europe/Paris');
const REUNION = france('Indian/Reunion', 'RE');
const MAYOTTE = france('Indian/Mayotte', 'YT');
const GUADELOUPE = france('America/Guadeloupe', 'GP');
const GUYANE = france('America/Cayenne', 'GF');
const MARTINIQUE = france('America/Martinique', 'MQ');

/** Overseas numbers are also met in their national form behind +33; those blocks belong to nobody in Europe. */
const FRENCH: ReadonlyArray<readonly [prefixes: string, Place]> = [
  ['33', PARIS],
  ['262 33262 33263 33692 33693', REUNION],
  ['262269 262639 33269 33639', MAYOTTE],
  ['590 33590 33690 33691', GUADELOUPE],
  ['594 33594 33694', GUYANE],
  ['596 33596 33696 33697', MARTINIQUE],
  ['508', france('America/Miquelon')],
  ['681', france('Pacific/Wallis')],
  ['687', { country: 'NC', zone: 'Pacific/Noumea' }],
  ['689', { country: 'PF', zone: 'Pacific/Tahiti' }],
];

/** Countries of one zone, or where nearly everybody lives in one. */
const OTHERS = `
  30 GR Europe/Athens, 31 NL Europe/Amsterdam, 32 BE Europe/Brussels, 34 ES Europe/Madrid, 36 HU Europe/Budapest,
  39 IT Europe/Rome, 40 RO Europe/Bucharest, 41 CH Europe/Zurich, 43 AT Europe/Vienna, 44 GB Europe/London,
  45 DK Europe/Copenhagen, 46 SE Europe/Stockholm, 47 NO Europe/Oslo, 48 PL Europe/Warsaw, 49 DE Europe/Berlin,
  212 MA Africa/Casablanca, 213 DZ Africa/Algiers, 216 TN Africa/Tunis, 221 SN Africa/Dakar, 225 CI Africa/Abidjan,
  350 GI Europe/Gibraltar, 351 PT Europe/Lisbon, 352 LU Europe/Luxembourg, 353 IE Europe/Dublin,
  354 IS Atlantic/Reykjavik, 355 AL Europe/Tirane, 356 MT Europe/Malta, 357 CY Asia/Nicosia, 358 FI Europe/Helsinki,
  359 BG Europe/Sofia, 370 LT Europe/Vilnius, 371 LV Europe/Riga, 372 EE Europe/Tallinn, 376 AD Europe/Andorra,
  377 MC Europe/Monaco, 378 SM Europe/San_Marino, 381 RS Europe/Belgrade, 382 ME Europe/Podgorica,
  385 HR Europe/Zagreb, 386 SI Europe/Ljubljana, 387 BA Europe/Sarajevo, 389 MK Europe/Skopje,
  420 CZ Europe/Prague, 421 SK Europe/Bratislava, 423 LI Europe/Vaduz,
  34822 ES Atlantic/Canary, 34828 ES Atlantic/Canary, 34922 ES Atlantic/Canary, 34928 ES Atlantic/Canary,
  351292 PT Atlantic/Azores, 351295 PT Atlantic/Azores, 351296 PT Atlantic/Azores`;

const PLACES: ReadonlyMap<string, Place> = new Map([
  ...OTHERS.split(',').map((line): [string, Place] => {
    const [prefix = '', country = '', zone = ''] = line.trim().split(' ');
    return [prefix, { country, zone }];
  }),
  ...FRENCH.flatMap(([prefixes, place]) => prefixes.split(' ').map((p): [string, Place] => [p, place])),
]);
const LONGEST = Math.max(...[...PLACES.keys()].map((prefix) => prefix.length));

const fallbacks = new Map<string, Place>();

/** The place for what no number tells: the country is known when one of the table lies in that zone. */
export const placeOfZone = (zone: string): Place =>
  [...PLACES.values()].find((place) => place.zone === zone) ?? { country: undefined, zone };

/** Where the person behind a number lives, as far as the number tells; else no country, and the fallback zone. */
export const zoneOf = (address: string, fallback: string): Place => {
  if (address.charCodeAt(0) === 43 /* + */) {
    for (let length = Math.min(LONGEST, address.length - 1); length > 1; length--) {
      const place = PLACES.get(address.slice(1, 1 + length));
      if (place) return place;
    }
  }
  const known = fallbacks.get(fallback);
  if (known) return known;
  const place: Place = { country: undefined, zone: fallback };
  if (fallbacks.size < 1_000) fallbacks.set(fallback, place);
  return place;
};

/** Clocks change, and days begin, on quarters of an hour everywhere. */
const SLOT = 900_000;
const SLOTS_KEPT = 5_000;
interface Slot {
  readonly weekday: number;
  readonly firstMinute: number;
  readonly date: string;
}
const slots = new Map<string, Map<number, Slot>>();
let kept = 0;

const slotAt = (zone: string, index: number): Slot => {
  const offset = IANAZone.create(zone).offset(index * SLOT);
  if (Number.isNaN(offset)) throw new RangeError(`unknown time zone ${zone}`);
  const local = new Date(index * SLOT + Math.round(offset) * 60_000);
  return {
    weekday: local.getUTCDay() || 7,
    firstMinute: local.getUTCHours() * 60 + local.getUTCMinutes(),
    date: local.toISOString().slice(0, 10),
  };
};

/** Local weekday, minute and date in an IANA zone. Throws RangeError for a zone that does not exist. */
export const localTime = (zone: string, at: Ms): LocalTime => {
  const index = Math.floor(at / SLOT);
  let ofZone = slots.get(zone);
  let slot = ofZone?.get(index);
  if (!ofZone || !slot) {
    slot = slotAt(zone, index);
    if (kept++ >= SLOTS_KEPT) {
      slots.clear();
      kept = 1;
      ofZone = undefined;
    }
    ofZone ??= new Map();
    slots.set(zone, ofZone.set(index, slot));
  }
  const minuteOfDay = slot.firstMinute + Math.floor((at - index * SLOT) / 60_000);
  return { weekday: slot.weekday, minuteOfDay, date: slot.date };
};
