import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SmsEvent } from '../../src/events/event.ts';
import { fingerprintOf, written } from '../../src/events/text/fingerprint.ts';
import { maskDigits } from '../../src/events/text/mask.ts';
import { createFold } from '../../src/fold/fold.ts';
import { pairOf } from '../../src/fold/fold-texts.ts';
import { createRecipientKey } from '../../src/fold/recipient-key.ts';
import { createRepeatedText, hashOfText } from '../../src/fold/repeated-text.ts';
import { EVENING, sent, submitted, to } from '../support/events.ts';

const recipientKey = createRecipientKey('a key for the tests');
const newFold = () =>
  createFold({
    isQuiet: () => false,
    categoryOf: (event) => event.category ?? 'marketing',
    recipientKey,
    maskText: maskDigits,
  });
const input = (events: readonly SmsEvent[], from = 0) => ({
  partition: 'kafka:events:0',
  epoch: 1,
  from,
  next: from + events.length,
  events: events.map((event, index) => ({ offset: from + index, event })),
  rejected: new Map(),
});
type Folded = ReturnType<ReturnType<typeof newFold>>;
/** All batches together: counts without their seconds, and tallies. */
const sums = (batches: readonly Folded[]) => {
  const all: Record<string, number> = {};
  const add = (name: string, n: number) => {
    all[name] = (all[name] ?? 0) + n;
  };
  for (const { counts, tallies } of batches) {
    for (const [at, bucket] of counts) for (const [series, n] of bucket) add(`${series} ${at}`, n);
    for (const [slot, tally] of tallies) for (const [entry, n] of tally) add(`${slot} ${entry}`, n);
  }
  return all;
};
const only = (folded: Folded, part: string) =>
  Object.entries(sums([folded]))
    .filter(([name]) => name.includes(part))
    .map(([name, n]) => [name.replace(/[@ ]\d{10,}/, ''), n]);
const print = (text: string) => written(fingerprintOf(text));

describe('the fold of texts', () => {
  test('tallies the fingerprints of marketing, by campaign, and the hosts of its links', () => {
    const folded = newFold()(
      input([
        sent({ text: 'Voir https://maison.fr/a1', to: to(1) }),
        sent({ text: 'Voir https://maison.fr/b2', to: to(2), campaign: 'spring' }),
        sent({ text: 'Voir https://maison.fr/c3', to: to(3), campaign: 'spring' }),
        sent({ text: 'Votre code', to: to(4), category: 'otp' }),
        sent({ to: to(5) }),
      ]),
    );
    const same = print('Voir https://maison.fr/a1');
    expect([...only(folded, 'part=text'), ...only(folded, 'part=link')]).toEqual([
      [`sent{provider=alpha,part=text} ${same}`, 1],
      [`sent{provider=alpha,part=text} ${same} spring`, 2],
      ['sent{provider=alpha,part=link} maison.fr', 3],
    ]);
  });

  test('counts what is wrong with a text, whatever its category; a text that is not told is not empty', () => {
    const folded = newFold()(
      input([
        sent({ text: '', to: to(1) }),
        sent({ text: 'Bonjour {{name}}', to: to(2), category: 'otp' }),
        sent({ text: 'Bonjour {{name}}', to: to(3) }),
        submitted({ text: 'Votre rÃ©servation', to: to(4), category: 'transactional' }),
        sent({ to: to(5) }),
      ]),
    );
    expect(only(folded, 'text=')).toEqual([
      ['sent{provider=alpha,text=blank}', 1],
      ['sent{provider=alpha,text=unfilled}', 2],
      ['submitted{provider=alpha,text=garbled}', 1],
    ]);
  });

  test('counts marketing that had gone to the same person, by text and by campaign, and not what others got', () => {
    const folded = newFold()(
      input([
        sent({ text: 'Un soin offert' }),
        sent({ text: 'Un soin offert', to: to(1) }),
        submitted({ text: 'Un soin offert' }),
        sent({ text: 'Un soin offert', campaign: 'spring' }),
        sent({ text: 'Autre chose', campaign: 'spring' }),
        sent({ text: 'Un soin offert', provider: 'beta' }),
      ]),
    );
    expect(only(folded, 'part=again')).toEqual([
      ['sent{provider=alpha,category=marketing,part=again}', 1],
      ['sent{provider=alpha,campaign=spring,part=again}', 1],
    ]);
  });

  test('tallies other messages from the second of the same on, under a key that tells neither person nor text', () => {
    const text = '482913 est votre code';
    const codes = Array.from({ length: 4 }, () => sent({ text, category: 'otp' }));
    const folded = newFold()(input([...codes, sent({ text: '111111 est votre code', category: 'otp' })]));
    expect(only(folded, 'part=again')).toEqual([
      [
        `sent{provider=alpha,category=otp,part=again} ${recipientKey(pairOf(to(0), hashOfText(text))).key}`,
        3,
      ],
    ]);
    expect(JSON.stringify(sums([folded]))).not.toMatch(/482913|336120/);
  });

  test('takes the same after more than twenty minutes for a first', () => {
    const twice = (apart: number) =>
      newFold()(input([sent({ text: 'Un soin' }), sent({ text: 'Un soin', at: EVENING + apart })]));
    expect(only(twice(1_200_000), 'part=again')).toHaveLength(1);
    expect(only(twice(1_200_001), 'part=again')).toEqual([]);
  });

  const message = fc
    .record({
      person: fc.nat(3),
      text: fc.constantFrom('Un soin offert', 'Bonjour {{name}}', 'Voir bit.ly/a', '', undefined),
      campaign: fc.constantFrom('spring', undefined),
      category: fc.constantFrom('marketing', 'otp', 'transactional'),
      minutes: fc.nat(40),
    })
    .map(({ person, minutes, ...fields }) => ({
      ...fields,
      to: to(person),
      at: EVENING + minutes * 60_000,
    }));

  test('gives the same sums however the stream is cut, and for a stretch that is folded again', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 60 }),
        fc.array(fc.nat(59), { maxLength: 5 }),
        (messages, cuts) => {
          const events = messages.map((fields) => sent(fields as Parameters<typeof sent>[0]));
          const edges = [
            0,
            ...cuts.filter((cut) => cut < events.length).sort((a, b) => a - b),
            events.length,
          ];
          const fold = newFold();
          const foldAll = () =>
            edges.slice(1).map((edge, i) => fold(input(events.slice(edges[i], edge), edges[i])));
          const whole = sums([newFold()(input(events))]);
          expect(sums(foldAll())).toEqual(whole);
        },
      ),
    );
  });

  test('in order of time gives the same when a stretch is folded again', () => {
    const fold = newFold();
    const events = Array.from({ length: 40 }, (_, i) =>
      sent({ text: 'Un soin', to: to(i % 7), at: EVENING + i * 1_000 }),
    );
    const first = sums([fold(input(events))]);
    expect(sums([fold(input(events))])).toEqual(first);
  });
});

describe('the table of what went lately', () => {
  test('forgets a pair whose cell another takes, and never takes one for the other', () => {
    const isRepeated = createRepeatedText(1);
    const text = hashOfText('text');
    expect(isRepeated(1, 'a', text, 0, 0)).toBe(false);
    expect(isRepeated(1, 'a', text, 1, 0)).toBe(true);
    expect(isRepeated(1, 'b', text, 2, 0)).toBe(false);
    expect(isRepeated(1, 'a', text, 3, 0)).toBe(false);
  });

  test('tells a hundred thousand pairs apart', () => {
    const isRepeated = createRepeatedText();
    let wrong = 0;
    for (let i = 0; i < 100_000; i++)
      if (isRepeated(7, `+336${i}`, hashOfText(`text ${i % 100}`), i, 0)) wrong++;
    expect(wrong).toBe(0);
  });
});
