import { describe, expect, it } from 'vitest';
import { newTextBook, type TextBook, teachTexts } from '../../../src/detect/content/texts.ts';
import { LEARNED_VERSION } from '../../../src/detect/learning/learned.ts';
import { second } from '../../../src/events/event.ts';
import { fingerprintOf, written } from '../../../src/events/text/fingerprint.ts';
import { DAY_SECONDS } from '../../../src/events/time.ts';
import type { SeriesKey } from '../../../src/windows/series.ts';
import { live, NOON, newEngine } from '../engines.ts';
import { key, marketingOf, messageView, plan } from '../support.ts';

const GIFT = "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP 36200";
const AUTUMN = 'Cet automne, la couleur est à -30 % chez Maison Lise jusqu’à samedi. STOP 36200';
const print = (text: string) => written(fingerprintOf(text));
const book = (text: string): TextBook => {
  const made = newTextBook(NOON - 5 * DAY_SECONDS);
  for (let day = 5; day > 0; day--)
    teachTexts(made, NOON - day * DAY_SECONDS, {
      texts: [{ print: fingerprintOf(text), count: 100 }],
      hosts: [['maison.fr', 100]],
      most: 200,
    });
  return made;
};
const engineThatKnows = (books: Readonly<Record<string, TextBook>>) => {
  const engine = newEngine();
  const entries = Object.entries(books).map(
    ([name, one]) => [`texts ${name}`, JSON.stringify({ version: LEARNED_VERSION, ...one })] as const,
  );
  expect(engine.restore(new Map(entries))).toBe(0);
  return engine;
};
const contentOf = (found: ReturnType<typeof live>) => found.filter(({ detector }) => detector === 'content');
const texts = key({ part: 'text' });

/** A message a second with this text, through alpha, each to another person. */
const sending = (
  engine: ReturnType<typeof newEngine>,
  text: string,
  { campaign, seconds = 40, at: besides }: { campaign?: string; seconds?: number; at?: () => void } = {},
) => {
  const world = messageView();
  world.announce(plan({ campaign: 'gift', start: NOON - 60, end: NOON + 3_600 }));
  const entry = campaign === undefined ? print(text) : `${print(text)} ${campaign}`;
  const found = live(engine, world, {
    from: NOON,
    seconds,
    send: (at) => {
      world.send(at, [entry], [texts]);
      world.send(at, [`${at}`], marketingOf(campaign));
      if (at === NOON + 11) besides?.();
    },
  });
  return contentOf(found);
};

describe('an engine that knows its providers’ texts', () => {
  const books = { [key()]: book(AUTUMN), [key({ provider: 'beta' })]: book(GIFT) };

  it('warns of one that is new, with its numbers, from the twentieth message on', () => {
    const found = sending(engineThatKnows({ [key()]: book(AUTUMN) }), GIFT);
    expect(found[0]).toMatchObject({
      at: NOON + 19,
      strength: 'warn',
      series: texts,
      evidence: { count: 20, messages: 20, newText: 1, otherProvider: 0, farFromCampaign: 0 },
      says: 'alpha sent 20 of 20 marketing messages with a text it never had before, which nobody announced',
    });
    expect(found.every(({ strength }) => strength === 'warn')).toBe(true);
  });

  it('says nothing of those it knows, or that were announced', () => {
    expect(sending(engineThatKnows(books), AUTUMN)).toEqual([]);
    expect(sending(engineThatKnows(books), GIFT, { campaign: 'gift' })).toEqual([]);
    expect(sending(newEngine(), GIFT)).toEqual([]);
  });

  it('says of a campaign that it is far from its usual', () => {
    const engine = engineThatKnows({ [key()]: book(AUTUMN), [key({ campaign: 'autumn' })]: book(AUTUMN) });
    const far = sending(engine, GIFT, { campaign: 'autumn' }).find(({ campaign }) => campaign === 'autumn');
    expect(far).toMatchObject({ evidence: { newText: 0, farFromCampaign: 1, count: 20 } });
  });

  it('learns the texts of ten minutes once they are over, and nothing of what was left out', () => {
    const taught = (exclusions: boolean) => {
      const engine = newEngine();
      const pause = () => engine.leaveOut('alpha', second(NOON), second(NOON + 10), 'pause');
      sending(engine, AUTUMN, { seconds: 700, at: exclusions ? pause : undefined });
      return JSON.parse(engine.changes().get(`texts ${key()}`) ?? '{}') as Partial<TextBook>;
    };
    expect(taught(false)).toMatchObject({ days: 1, heads: [{ ...fingerprintOf(AUTUMN), count: 600 }] });
    expect(taught(true)).toEqual({});
  });
});

describe('what goes out with it', () => {
  const sendAs = (series: readonly SeriesKey[], persons: (at: number) => string[], engine = newEngine()) => {
    const world = messageView();
    const send = (at: number) => {
      for (const one of series) world.send(at, persons(at), [one]);
    };
    return live(engine, world, { from: NOON, seconds: 60, send });
  };

  it('is told of links to a host it never linked to', () => {
    const engine = engineThatKnows({ [key()]: book(AUTUMN) });
    const world = messageView();
    const found = live(engine, world, {
      from: NOON,
      seconds: 30,
      send: (at) => {
        world.send(at, ['colis.top'], [key({ part: 'link' })]);
        world.send(at, [print(AUTUMN)], [texts]);
        world.send(at, [`${at}`], marketingOf());
      },
    });
    expect(contentOf(found)[0]).toMatchObject({
      at: NOON + 19,
      strength: 'warn',
      evidence: { count: 20, newLinks: 1 },
    });
  });

  it('is told of unfilled texts, strong when they are all', () => {
    const found = sendAs([key(), key({ text: 'unfilled' })], (at) => [`${at}`]);
    expect(contentOf(found)[0]).toMatchObject({
      at: NOON + 5,
      strength: 'strong',
      evidence: { count: 6, messages: 6 },
      says: 'alpha sent 6 messages (of 6) in 60 s in whose text a name or a value was never filled in',
    });
  });

  it('is told of what was submitted only where nothing was sent', () => {
    const submitted = { metric: 'submitted' } as const;
    const again = (metric: 'sent' | 'submitted') => [
      key({ metric }),
      key({ metric, category: 'marketing' }),
      key({ metric, campaign: 'spring' }),
      key({ metric, campaign: 'spring', part: 'again' }),
    ];
    const seriesOf = (found: ReturnType<typeof sendAs>) => [
      ...new Set(
        found.filter(({ campaign, detector }) => campaign && detector === 'repeats').map((one) => one.series),
      ),
    ];
    const both = sendAs([...again('sent'), ...again('submitted')], (at) => [`${at}`]);
    expect(seriesOf(both)).toEqual([key({ campaign: 'spring', part: 'again' })]);
    const alone = sendAs(again('submitted'), (at) => [`${at}`]);
    expect(seriesOf(alone)).toEqual([key({ ...submitted, campaign: 'spring', part: 'again' })]);
  });
});
