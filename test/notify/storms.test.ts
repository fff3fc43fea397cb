import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, ms } from '../../src/events/event.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { stormsAmong } from '../../src/notify/storms.ts';

const rule = { above: 2, within: duration(100) };
const opened = (...times: number[]) =>
  times.map((time, n) => ({ id: `i${n}`, openedAt: ms(time) }) as Incident);
const found = (incidents: readonly Incident[]) =>
  [...stormsAmong(incidents, rule)].map(([id, storm]) => `${id} in ${storm.id}`);

describe('a storm', () => {
  it.each([
    ['two at once are none', [0, 0], []],
    ['begins with the third within the time', [0, 50, 99], ['i2 in storm-i2']],
    ['does not begin when the first is too long ago', [0, 50, 100], []],
    ['goes on while others open', [0, 1, 2, 101], ['i2 in storm-i2', 'i3 in storm-i2']],
    ['ends when none has opened for as long', [0, 1, 2, 102], ['i2 in storm-i2']],
    ['may be followed by another', [0, 1, 2, 900, 901, 902], ['i2 in storm-i2', 'i5 in storm-i5']],
  ])('%s', (_what, times, expected) => {
    expect(found(opened(...times))).toEqual(expected);
  });

  it('is the same in whatever order incidents are known, and later ones change nothing of it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 30 }), fc.nat(30), (times, cut) => {
        const all = opened(...times.toSorted((a, b) => a - b));
        expect(found(all.toReversed())).toEqual(found(all));
        const before = found(all.slice(0, cut));
        expect(found(all).slice(0, before.length)).toEqual(before);
      }),
    );
  });
});
