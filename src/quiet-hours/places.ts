/**
 * Where a person lives, by their number: country, time zone and the part of the country, as far as it tells.
 * In: an address. Out: one of a fixed set of places, always the same object, so that callers can keep things by it.
 * A number tells where it was given out, not where its phone is today; that is what the rules go by as well.
 */
import { NANP } from './nanp.ts';

export interface Place {
  /** ISO 3166 country whose rules and public holidays hold there; undefined when it is not known. */
  readonly country: string | undefined;
  /** IANA time zone. */
  readonly zone: string;
  /** Part of the country with rules or holidays of its own, as in ISO 3166-2: "RE" of "FR", "TX" of "US". */
  readonly region?: string;
}

/** The beginning of a number in E.164 without its plus sign, and the place of all numbers that begin so. */
export type Prefix = readonly [digits: string, place: Place];

/** Reads a table of places, one a line, each as `COUNTRY[-REGION] ZONE DIGITS...`. */
export const prefixesFrom = (table: string): Prefix[] =>
  table
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [name = '', zone = '', ...all] = line.trim().split(/\s+/);
      const [country = '', region] = name.split('-');
      const place: Place = region === undefined ? { country, zone } : { country, zone, region };
      return all.map((digits): Prefix => [digits, place]);
    });

/** Overseas numbers are also met in their national form behind +33; those blocks belong to nobody in Europe. */
const FRENCH = `
  FR Europe/Paris 33
  FR-RE Indian/Reunion 262 33262 33263 33692 33693
  FR-YT Indian/Mayotte 262269 262639 33269 33639
  FR-GP America/Guadeloupe 590 33590 33690 33691
  FR-GF America/Cayenne 594 33594 33694
  FR-MQ America/Martinique 596 33596 33696 33697
  FR America/Miquelon 508
  FR Pacific/Wallis 681
  NC Pacific/Noumea 687
  PF Pacific/Tahiti 689`;

/**
 * Countries of one zone, or where a zone has most of the people: all of a country is then judged by it, and a person
 * in another of its zones is off by an hour or more (Bali, Tijuana). Brazil's and Australia's landlines tell the
 * zone; an Australian mobile (+614) does not, and is taken to be in Sydney. Russia and Kazakhstan (+7) have no line:
 * no zone there has most of the people.
 */
const OTHERS = `
  GR Europe/Athens 30
  NL Europe/Amsterdam 31
  BE Europe/Brussels 32
  ES Europe/Madrid 34
  ES Atlantic/Canary 34822 34828 34922 34928
  HU Europe/Budapest 36
  IT Europe/Rome 39
  RO Europe/Bucharest 40
  CH Europe/Zurich 41
  AT Europe/Vienna 43
  GB Europe/London 44
  DK Europe/Copenhagen 45
  SE Europe/Stockholm 46
  NO Europe/Oslo 47
  PL Europe/Warsaw 48
  DE Europe/Berlin 49
  GI Europe/Gibraltar 350
  PT Europe/Lisbon 351
  PT Atlantic/Azores 351292 351295 351296
  LU Europe/Luxembourg 352
  IE Europe/Dublin 353
  IS Atlantic/Reykjavik 354
  AL Europe/Tirane 355
  MT Europe/Malta 356
  CY Asia/Nicosia 357
  FI Europe/Helsinki 358
  BG Europe/Sofia 359
  LT Europe/Vilnius 370
  LV Europe/Riga 371
  EE Europe/Tallinn 372
  MD Europe/Chisinau 373
  AD Europe/Andorra 376
  MC Europe/Monaco 377
  SM Europe/San_Marino 378
  UA Europe/Kyiv 380
  RS Europe/Belgrade 381
  ME Europe/Podgorica 382
  HR Europe/Zagreb 385
  SI Europe/Ljubljana 386
  BA Europe/Sarajevo 387
  MK Europe/Skopje 389
  CZ Europe/Prague 420
  SK Europe/Bratislava 421
  LI Europe/Vaduz 423
  TR Europe/Istanbul 90
  EG Africa/Cairo 20
  ZA Africa/Johannesburg 27
  MA Africa/Casablanca 212
  DZ Africa/Algiers 213
  TN Africa/Tunis 216
  SN Africa/Dakar 221
  CI Africa/Abidjan 225
  MU Indian/Mauritius 230
  NG Africa/Lagos 234
  CM Africa/Douala 237
  KE Africa/Nairobi 254
  MG Indian/Antananarivo 261
  MX America/Mexico_City 52
  AR America/Argentina/Buenos_Aires 54
  BR America/Sao_Paulo 55
  BR America/Cuiaba 5565 5566
  BR America/Campo_Grande 5567
  BR America/Rio_Branco 5568
  BR America/Porto_Velho 5569
  BR America/Manaus 5592 5597
  BR America/Boa_Vista 5595
  CL America/Santiago 56
  CO America/Bogota 57
  PE America/Lima 51
  MY Asia/Kuala_Lumpur 60
  AU Australia/Sydney 61
  AU Australia/Melbourne 613
  AU Australia/Brisbane 617
  AU Australia/Adelaide 6188
  AU Australia/Darwin 61889
  AU Australia/Perth 6186 6189
  ID Asia/Jakarta 62
  PH Asia/Manila 63
  NZ Pacific/Auckland 64
  SG Asia/Singapore 65
  TH Asia/Bangkok 66
  JP Asia/Tokyo 81
  KR Asia/Seoul 82
  VN Asia/Ho_Chi_Minh 84
  CN Asia/Shanghai 86
  IN Asia/Kolkata 91
  HK Asia/Hong_Kong 852
  LB Asia/Beirut 961
  SA Asia/Riyadh 966
  AE Asia/Dubai 971
  IL Asia/Jerusalem 972`;

/** Every prefix that is known without being configured. */
export const PREFIXES: readonly Prefix[] = [FRENCH, OTHERS, NANP].flatMap(prefixesFrom);

interface Node {
  place?: Place;
  /** The node that each next digit leads to. */
  readonly next: Array<Node | undefined>;
}

const insert = (root: Node, [digits, place]: Prefix): void => {
  let node = root;
  for (const digit of digits) {
    const child = node.next[Number(digit)] ?? { next: [] };
    node.next[Number(digit)] = child;
    node = child;
  }
  node.place = place;
};

const PLUS = 43;
const ZERO = 48;

/**
 * Tells the place of an address by the longest prefix that is known; undefined for short codes, alphanumeric senders
 * and numbers of no known place. Of two equal prefixes the later one holds, so that configuration overrides presets.
 */
export const createPlaceOf = (prefixes: readonly Prefix[]): ((address: string) => Place | undefined) => {
  const root: Node = { next: [] };
  for (const prefix of prefixes) insert(root, prefix);
  return (address) => {
    if (address.charCodeAt(0) !== PLUS) return undefined;
    let found: Place | undefined;
    let node: Node | undefined = root;
    for (let at = 1; node !== undefined; at++) {
      found = node.place ?? found;
      node = node.next[address.charCodeAt(at) - ZERO];
    }
    return found;
  };
};

/** The place of a zone: its country when a number of the table lies there, its region when they all agree on it. */
export const placeOfZone = (zone: string): Place => {
  const [first, ...rest] = PREFIXES.flatMap(([, place]) => (place.zone === zone ? [place] : []));
  if (first === undefined) return { country: undefined, zone };
  return rest.every(({ region }) => region === first.region) ? first : { country: first.country, zone };
};
