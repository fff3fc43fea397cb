import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { createHalfOpenProbe } from '../../../src/respond/gate/half-open.ts';
import { pauseOf } from '../../contract/gate.ts';

const SPRING = { provider: 'alpha', category: 'marketing', campaign: 'spring' } as const;
const ofAll = (trickle: number | null) => pauseOf('alpha', 1, { trickle });
const ofMarketing = (trickle: number | null) =>
  pauseOf('alpha', 2, { category: 'marketing', trickle, since: ms(1_793_214_000_000) });

describe('a passage', () => {
  it('is free where nothing is paused', () => {
    expect(createHalfOpenProbe()([ofMarketing(null)], { provider: 'alpha', category: 'otp' }, 0)).toEqual({
      allowed: true,
    });
  });

  it('is closed by a pause without a trickle, and that pause is the one told', () => {
    expect(createHalfOpenProbe()([ofAll(6), ofMarketing(null)], SPRING, 0)).toEqual({
      allowed: false,
      paused: ofMarketing(null),
    });
  });

  it('lets six a minute through one in ten seconds, none before its turn', () => {
    const passage = createHalfOpenProbe();
    const allowed = [0, 1, 9_999, 10_000, 10_001, 19_999, 20_000].map(
      (now) => passage([ofAll(6)], SPRING, now).allowed,
    );
    expect(allowed).toEqual([true, false, false, true, false, false, true]);
  });

  it('saves nothing up: after an hour of silence it is one again', () => {
    const passage = createHalfOpenProbe();
    passage([ofAll(6)], SPRING, 0);
    const later = [3_600_000, 3_600_001].map((now) => passage([ofAll(6)], SPRING, now).allowed);
    expect(later).toEqual([true, false]);
  });

  it('of two pauses with a trickle takes a turn in both or in neither', () => {
    const passage = createHalfOpenProbe();
    const both = [ofAll(60), ofMarketing(6)];
    expect(passage(both, SPRING, 0).allowed).toBe(true);
    // The category's turn has not come, so the provider's is still there for another.
    expect(passage(both, SPRING, 1_000).allowed).toBe(false);
    expect(passage(both, { provider: 'alpha', category: 'otp' }, 1_000).allowed).toBe(true);
    expect(passage(both, { provider: 'alpha', category: 'otp' }, 1_001).allowed).toBe(false);
  });

  it('counts the turns of a campaign and of its provider apart', () => {
    const passage = createHalfOpenProbe();
    const campaign = pauseOf('alpha', 3, { campaign: 'spring', trickle: 1 });
    passage([campaign], SPRING, 0);
    expect(passage([ofAll(1), campaign], { provider: 'alpha' }, 1).allowed).toBe(true);
  });

  it('never lets more than its trickle through in a minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 300 }),
        (trickle, gaps) => {
          const passage = createHalfOpenProbe();
          let now = 0;
          const passed = gaps.flatMap((gap) => {
            now += gap;
            return passage([ofAll(trickle)], SPRING, now).allowed ? now : [];
          });
          return passed.every((at) => {
            const within = passed.filter((other) => other >= at && other < at + 60_000);
            return within.length <= trickle;
          });
        },
      ),
    );
  });
});
