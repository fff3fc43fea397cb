import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import {
  findFarTexts,
  findNewLinks,
  findNewTexts,
  findWrongTexts,
  type TextsInput,
} from '../../../src/detect/content/content.ts';
import {
  newTextBook,
  PROVIDER_HEADS,
  type TextBook,
  type TextEntry,
  teachTexts,
} from '../../../src/detect/content/texts.ts';
import { fingerprintOf } from '../../../src/events/text/fingerprint.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../../src/events/time.ts';
import { MONDAY } from '../lives.ts';

const settings = configSchema.parse({}).detect.content;
const AUTUMN = 'Cet automne, la couleur est à -30 % chez Maison Lise jusqu’à samedi. STOP 36200';
const BIRTHDAY = 'Joyeux anniversaire ! -20 % sur votre prochaine coupe chez Maison Lise. STOP 36200';
const GIFT = "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";
const NOW = MONDAY + 5 * DAY_SECONDS;

const entry = (text: string, count: number, campaign?: string): TextEntry => ({
  print: fingerprintOf(text),
  campaign,
  count,
});
/** A book taught one slot of each text a day, and of the hosts. */
const bookOf = (texts: readonly string[], { days = 4, hosts = ['maison.fr'], since = MONDAY } = {}) => {
  const book = newTextBook(since);
  for (let day = 0; day < days; day++)
    teachTexts(book, since + day * DAY_SECONDS, {
      texts: texts.map((text) => entry(text, 100)),
      hosts: hosts.map((host) => [host, 100] as const),
      most: PROVIDER_HEADS,
    });
  return book;
};
const input = (entries: readonly TextEntry[], more: Partial<TextsInput> = {}): TextsInput => ({
  entries,
  submitted: [],
  at: NOW,
  own: bookOf([AUTUMN, BIRTHDAY]),
  others: () => [],
  ofCampaign: () => undefined,
  isAnnounced: () => false,
  settings,
  ...more,
});

describe('texts of a provider', () => {
  it('are new when it never sent them and they are half of what it sends, from twenty messages on', () => {
    expect(findNewTexts(input([entry(GIFT, 20), entry(BIRTHDAY, 20)]))).toEqual({
      kind: 'new_text',
      count: 20,
      messages: 40,
    });
    expect(findNewTexts(input([entry(GIFT, 19)]))).toBeUndefined();
    expect(findNewTexts(input([entry(GIFT, 20), entry(BIRTHDAY, 21)]))).toBeUndefined();
  });

  it('are not new with another price or name', () => {
    expect(findNewTexts(input([entry(AUTUMN.replace('30', '55'), 500)]))).toBeUndefined();
  });

  it('stay new until a night has passed over them', () => {
    const own = bookOf([AUTUMN]);
    teachTexts(own, NOW - 12 * HOUR_SECONDS, { texts: [entry(GIFT, 50)], hosts: [], most: PROVIDER_HEADS });
    expect(findNewTexts(input([entry(GIFT, 50)], { own, at: NOW - 1 }))).toBeDefined();
    expect(findNewTexts(input([entry(GIFT, 50)], { own, at: NOW }))).toBeUndefined();
  });

  it('are no news of a provider that nobody has watched for three days, on two of them', () => {
    const young = bookOf([AUTUMN], { days: 2 });
    expect(
      findNewTexts(input([entry(GIFT, 50)], { own: young, at: MONDAY + 3 * DAY_SECONDS - 1 })),
    ).toBeUndefined();
    expect(
      findNewTexts(input([entry(GIFT, 50)], { own: young, at: MONDAY + 3 * DAY_SECONDS })),
    ).toBeDefined();
    expect(findNewTexts(input([entry(GIFT, 50)], { own: bookOf([AUTUMN], { days: 1 }) }))).toBeUndefined();
    expect(findNewTexts(input([entry(GIFT, 50)], { own: undefined }))).toBeUndefined();
  });

  it('are meant when their campaign was announced', () => {
    const isAnnounced = (campaign: string) => campaign === 'gift';
    expect(findNewTexts(input([entry(GIFT, 50, 'gift')], { isAnnounced }))).toBeUndefined();
    expect(findNewTexts(input([entry(GIFT, 50, 'other')], { isAnnounced }))).toBeDefined();
    expect(findNewTexts(input([entry(GIFT, 50)], { isAnnounced }))).toBeDefined();
  });

  it('are meant when half as many were submitted, but not when the provider sends more by itself', () => {
    const submitted = [entry(GIFT, 25)];
    expect(findNewTexts(input([entry(GIFT, 50)], { submitted }))).toBeUndefined();
    expect(findNewTexts(input([entry(GIFT, 51)], { submitted }))).toMatchObject({ count: 51 });
    expect(findNewTexts(input([entry(GIFT, 50)], { submitted: [entry(BIRTHDAY, 500)] }))).toBeDefined();
  });

  it('are told as another’s when another provider is known for them, submitted or not', () => {
    const others = () => [bookOf([GIFT])];
    const submitted = [entry(GIFT, 50)];
    expect(findNewTexts(input([entry(GIFT, 50)], { others, submitted }))?.kind).toBe('other_provider');
    expect(findNewTexts(input([entry(AUTUMN, 50)], { others: () => [bookOf([AUTUMN])] }))).toBeUndefined();
  });
});

describe('texts of a campaign', () => {
  const ofCampaign = () => bookOf([AUTUMN], { days: 1, hosts: [] });

  it('are far when most of them are unlike all that it said', () => {
    expect(
      findFarTexts(input([entry(BIRTHDAY, 30, 'autumn'), entry(AUTUMN, 30, 'autumn')], { ofCampaign })),
    ).toEqual({
      kind: 'far_from_campaign',
      campaign: 'autumn',
      count: 30,
      messages: 60,
    });
    expect(
      findFarTexts(input([entry(BIRTHDAY, 30, 'autumn'), entry(AUTUMN, 31, 'autumn')], { ofCampaign })),
    ).toBeUndefined();
  });

  it('are not judged before it has a usual, nor without a campaign', () => {
    const fresh = () => bookOf([AUTUMN], { days: 1, since: NOW - HOUR_SECONDS });
    expect(findFarTexts(input([entry(BIRTHDAY, 30, 'autumn')], { ofCampaign: fresh }))).toBeUndefined();
    expect(findFarTexts(input([entry(BIRTHDAY, 30)], { ofCampaign }))).toBeUndefined();
  });
});

describe('links', () => {
  it('are new when they lead to a host that a provider known well never linked to', () => {
    const hosts = new Map([
      ['maison.fr', 500],
      ['b.top', 20],
      ['a.top', 20],
      ['few.top', 19],
    ]);
    expect(findNewLinks(hosts, input([]))).toEqual({ host: 'a.top', count: 40, hosts: 2 });
    expect(findNewLinks(new Map([['maison.fr', 500]]), input([]))).toBeUndefined();
    expect(findNewLinks(hosts, input([], { own: bookOf([AUTUMN], { days: 1 }) }))).toBeUndefined();
  });
});

describe('texts that are wrong', () => {
  const counts = (n: number) => ({
    count: () => n,
    sum: (from: number, to: number) => (to - from === 59 ? n : 0),
  });
  it('are a warning beyond the tolerated, and strong when they are most of what is sent in the minute', () => {
    const seen = (faults: number, all: number) =>
      findWrongTexts(counts(faults), counts(all), { at: NOW, settings })?.strength;
    expect(seen(5, 5)).toBeUndefined();
    expect(seen(6, 12)).toBe('warn');
    expect(seen(6, 11)).toBe('strong');
  });
});

describe('what is learned of texts', () => {
  it('is one head for a template filled in in many ways, and bounded', () => {
    const book: TextBook = newTextBook(MONDAY);
    const texts = Array.from({ length: 60 }, (_, i) => entry(AUTUMN.replace('30', String(i)), 2));
    teachTexts(book, MONDAY, { texts, hosts: [], most: PROVIDER_HEADS });
    expect(book.heads).toMatchObject([{ count: 120, first: MONDAY, last: MONDAY }]);
    const many = Array.from({ length: 900 }, (_, i) => ({
      print: { high: Math.imul(i + 1, 0x9e3779b1) >>> 0, low: Math.imul(i + 1, 0x85ebca6b) >>> 0 },
      count: 1,
    }));
    const hosts = Array.from({ length: 900 }, (_, i) => [`h${i}.fr`, 1] as const);
    teachTexts(book, MONDAY + 600, { texts: many, hosts, most: PROVIDER_HEADS });
    expect(book.heads).toHaveLength(PROVIDER_HEADS);
    expect(book.hosts).toHaveLength(200);
    expect(book.heads.every(({ last }) => last === MONDAY + 600)).toBe(true);
  });

  it('does not change when it is taught the same ten minutes again', () => {
    const book = bookOf([AUTUMN]);
    const before = structuredClone(book);
    teachTexts(book, MONDAY + 3 * DAY_SECONDS, { texts: [entry(GIFT, 9)], hosts: [], most: PROVIDER_HEADS });
    expect(book).toEqual(before);
  });
});
