import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/config/schema.ts';
import { createLearned } from '../../../src/detect/learning/learned.ts';
import { addHour, hourOf, REACHES, type Reach } from '../../../src/detect/repeats/reach.ts';
import { createSlowRepeats } from '../../../src/detect/repeats/slow-repeats.ts';
import { HOUR_SECONDS } from '../../../src/events/time.ts';
import { createRecipientKey } from '../../../src/fold/recipient-key.ts';
import { coarser, estimate, REGISTERS, toText, touch } from '../../../src/windows/distinct.ts';
import { at, marketing, messageView } from '../support.ts';

const config = configSchema.parse({}).detect.repeats.slow;
/** The hour under way has thirty minutes that are told. */
const NOW = at('2025-10-28T20:31:00Z');
const OPEN = hourOf(NOW);
const hashOf = createRecipientKey('a key for the tests');

const people = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const sketch = (persons: readonly number[]): Uint8Array => {
  const ranks = new Map<number, number>();
  for (const one of persons) touch(ranks, hashOf(`+336${String(one).padStart(8, '0')}`));
  return Uint8Array.from({ length: REGISTERS }, (_, index) => ranks.get(index) ?? 0);
};

/** `ago`: hours before the one under way, which is 0. `messages`: as many as people when not given. */
interface Sent {
  readonly ago: number;
  readonly to: readonly number[];
  readonly messages?: number;
  readonly repeated?: boolean;
}
const reachOf = (sent: readonly Sent[]): Reach =>
  [...sent]
    .filter(({ ago }) => ago > 0)
    .sort((a, b) => b.ago - a.ago)
    .reduce<Reach>(
      (reach, { ago, to, messages = to.length, repeated = false }) =>
        addHour(reach, [OPEN - ago, messages, repeated ? 1 : 0, toText(coarser(sketch(to), 1_024))]),
      { hours: [] },
    );
const find = (sent: readonly Sent[], reach = reachOf(sent)) => {
  const now = sent.find(({ ago }) => ago === 0);
  const { view } = messageView();
  const held = {
    ...view,
    sum: () => now?.messages ?? now?.to.length ?? 0,
    distinct: () => sketch(now?.to ?? []),
  };
  return createSlowRepeats({ config, estimate })({ view: held, series: marketing, at: NOW, reach });
};
const base = people(500);

describe('repeats over hours', () => {
  it('are none when people get two messages in six hours, and strong when they get a third', () => {
    expect(
      find([
        { ago: 3, to: base },
        { ago: 0, to: base },
      ]),
    ).toBeUndefined();
    const seen = find([4, 2, 0].map((ago) => ({ ago, to: base })));
    expect(seen).toMatchObject({ strong: true, messages: 1_500, minutes: 300 });
    expect(seen?.since).toBe((OPEN - 4) * HOUR_SECONDS * 1_000);
    expect(Math.abs((seen?.distinct ?? 0) - 500)).toBeLessThan(5 * 0.0325 * 500);
  });

  it('are called once the third is surely more than the error of the estimate', () => {
    const twice = [2, 1].map((ago) => ({ ago, to: base }));
    expect(find([...twice, { ago: 0, to: people(25) }])).toBeUndefined();
    expect(find([...twice, { ago: 0, to: people(150) }])).toMatchObject({ strong: true });
  });

  it('are none when people get three messages in a day, and strong when they get a fourth', () => {
    const thrice = [20, 13].map((ago) => ({ ago, to: base }));
    expect(find([...thrice, { ago: 0, to: base }])).toBeUndefined();
    const seen = find([...thrice, { ago: 7, to: base }, { ago: 0, to: base }]);
    expect(seen).toMatchObject({ strong: true, messages: 2_000, minutes: 21 * 60 });
  });

  it('are not held against a provider a day after', () => {
    const before = [26, 25, 24].map((ago) => ({ ago, to: base }));
    expect(find([...before, { ago: 0, to: base }])).toBeUndefined();
  });

  it('are not called for a few people', () => {
    expect(find([4, 2, 0].map((ago) => ({ ago, to: people(30) })))).toBeUndefined();
    expect(find([4, 2, 0].map((ago) => ({ ago, to: people(40) })))).toMatchObject({ strong: true });
  });

  it('are not called for a short fault, however many it sent, in what comes hours after it', () => {
    const fault = { ago: 2, to: people(200), messages: 10_000, repeated: true };
    expect(find([fault, { ago: 1, to: base }, { ago: 0, to: people(500, 500) }])).toBeUndefined();
  });

  it('go on over a hole in the hours kept, which is missing on both sides', () => {
    expect(find([5, 1, 0].map((ago) => ({ ago, to: base })))).toMatchObject({
      strong: true,
      messages: 1_500,
    });
  });

  it('are over after three hours without, and not held against what follows', () => {
    const night = (ago: number) =>
      [3, 2, 1, 0].map((before) => ({ ago: ago + before, to: base, repeated: before < 2 }));
    expect(find([...night(3), { ago: 0, to: base }])).toMatchObject({ strong: true });
    expect(find([...night(4), { ago: 0, to: base }])).toBeUndefined();
  });

  it('are not held against the little that follows at once', () => {
    const night = [4, 3, 2].map((ago) => ({ ago, to: base }));
    expect(
      find([...night, { ago: 1, to: people(40, 900) }, { ago: 0, to: people(40, 950) }]),
    ).toBeUndefined();
    expect(find([...night, { ago: 1, to: base }, { ago: 0, to: people(40) }])).toMatchObject({
      strong: true,
    });
  });

  it('are never called while nobody is reached in more than two hours', () => {
    const hours = fc.uniqueArray(fc.nat(23), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(fc.array(hours, { minLength: 1, maxLength: 12 }), (groups) => {
        const sent = people(24).flatMap((ago): Sent[] => {
          const to = groups.flatMap((own, index) => (own.includes(ago) ? people(100, index * 100) : []));
          return to.length === 0 ? [] : [{ ago, to }];
        });
        expect(find(sent)).toBeUndefined();
      }),
      { seed: 7, numRuns: 40 },
    );
  });

  it('are found as before after a restart', () => {
    const sent = [4, 2, 0].map((ago) => ({ ago, to: base }));
    const [learned, back] = [createLearned(), createLearned()];
    learned.of(REACHES).set(marketing, reachOf(sent));
    const reaches = back.of(REACHES);
    expect(back.restore(learned.changes())).toBe(0);
    expect(find(sent, reaches.get(marketing))).toEqual(find(sent));
  });

  it('are kept in some 25 KB a provider', () => {
    const reach = reachOf(people(30).map((ago) => ({ ago, to: base })));
    expect(reach.hours.map(([hour]) => hour)).toEqual(people(24, OPEN - 24));
    expect(JSON.stringify(reach).length).toBeLessThan(26_000);
  });
});
