import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropExpired, paced } from '../../../src/respond/gate/held-back.ts';

describe('what was held back', () => {
  it('is dropped when it is older than it may be, and all of it is accounted for', () => {
    const messages = [{ at: 0 }, { at: 4_999 }, { at: 5_000 }, { at: 9_000 }];
    expect(dropExpired(messages, { maxAge: 5_000, now: 10_000 })).toEqual({
      kept: [{ at: 5_000 }, { at: 9_000 }],
      dropped: [{ at: 0 }, { at: 4_999 }],
    });
  });

  it('goes out evenly, the first at once', () => {
    const wait = paced(4);
    expect([wait(1_000), wait(1_000), wait(1_000), wait(1_600)]).toEqual([0, 250, 500, 150]);
  });

  it('makes up for no time in which nothing went out', () => {
    const wait = paced(4);
    wait(0);
    expect([wait(60_000), wait(60_000)]).toEqual([0, 250]);
  });

  it('never goes faster than it is told to, whenever the next is asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 2, maxLength: 100 }),
        (perSecond, gaps) => {
          const wait = paced(perSecond);
          let now = 0;
          const sent = gaps.map((gap) => {
            now += gap;
            return now + wait(now);
          });
          const apart = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
          return apart.every((gap) => gap >= 1_000 / perSecond - 1e-6);
        },
      ),
    );
  });

  it.each([0, -1, Number.NaN])('cannot be paced at %d a second', (perSecond) => {
    expect(() => paced(perSecond)).toThrow('must be above 0');
  });
});
