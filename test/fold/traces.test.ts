import { describe, expect, it } from 'vitest';
import { ms } from '../../src/events/event.ts';
import { hashOn, spread } from '../../src/events/text/hash.ts';
import { createTraces } from '../../src/fold/traces.ts';

const hash = (name: string) => spread(hashOn(name));

describe('traces', () => {
  it('hold at the lowest offset, with what was left there first', () => {
    const traces = createTraces(10);
    expect(traces.leave(hash('a'), 5, 7, ms(0))).toBe(false);
    expect(traces.leave(hash('a'), 9, 8, ms(0))).toBe(true);
    expect(traces.has(hash('a'), 6)).toBe(true);
    expect(traces.value).toBe(7);
    expect(traces.has(hash('a'), 5)).toBe(false);
    expect(traces.has(hash('b'), 9)).toBe(false);
  });

  it('change nothing when a stretch is folded again', () => {
    const traces = createTraces(10);
    const answers = () => ['a', 'b', 'a'].map((name, offset) => traces.leave(hash(name), offset, 0, ms(0)));
    expect(answers()).toEqual([false, false, true]);
    expect(answers()).toEqual([false, false, true]);
  });

  it('hold as many as they are told to, and say up to when they have forgotten', () => {
    const traces = createTraces(1_000);
    for (let n = 0; n < 2_000; n++) traces.leave(hash(`m${n}`), n, n, ms(n));
    expect(traces.forgotten).toBeUndefined();
    for (let n = 2_000; n < 2_500; n++) traces.leave(hash(`m${n}`), n, n, ms(n));
    expect(traces.forgotten).toBe(999);
    expect(traces.has(hash('m999'), 2_500)).toBe(false);
    for (let n = 1_000; n < 2_500; n++) {
      expect(traces.has(hash(`m${n}`), 2_500)).toBe(true);
      expect(traces.value).toBe(n);
    }
  });

  it('tell the lower of two offsets beyond what 32 bits hold', () => {
    const traces = createTraces(10);
    traces.leave(hash('a'), 2 ** 32 - 1, 0, ms(0));
    expect(traces.has(hash('a'), 2 ** 32 + 1)).toBe(true);
    traces.leave(hash('b'), 2 ** 32 + 1, 0, ms(0));
    expect(traces.has(hash('b'), 2 ** 32 - 1)).toBe(false);
  });

  it('take a hash of nothing but zeros as any other', () => {
    const traces = createTraces(10);
    expect(traces.leave(0, 0, 0, ms(0))).toBe(false);
    expect(traces.has(0, 1)).toBe(true);
  });
});
