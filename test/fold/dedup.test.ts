import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageType } from '../../src/events/event.ts';
import { createDedup } from '../../src/fold/dedup.ts';
import { delivered, EVENING, failed, optedOut, received, sent, submitted } from '../support/events.ts';

const MAKE = { submitted, sent, delivered, failed, received, opted_out: optedOut };
const TYPES = Object.keys(MAKE) as (keyof typeof MAKE)[];

describe('what a partition brought', () => {
  it('is told apart by provider, type and id, and counts where it first stood', () => {
    const name = fc.record({
      provider: fc.constantFrom('a', 'ab', 'b'),
      id: fc.constantFrom('c', 'bc', 'd', 'sent', 'é', 'received'),
      type: fc.constantFrom(...TYPES),
    });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 80 }), fc.nat(80), (cardinality, back) => {
        const past = createDedup(1_000).of('p');
        const first = new Map<string, number>();
        const events = cardinality.map(({ type, ...fields }, offset) => {
          const key = `${fields.provider} ${type} ${fields.id}`;
          first.set(key, first.get(key) ?? offset);
          return { offset, key, event: MAKE[type](fields) };
        });
        for (const stretch of [events, events.slice(back), events])
          for (const { offset, key, event } of stretch)
            expect(past.isRepeat(offset, event)).toBe(offset !== first.get(key));
      }),
    );
  });

  it('of 300,000 messages with ids one after the other none is taken for another', () => {
    const dedup = createDedup(300_000);
    const past = dedup.of('p');
    for (let n = 0; n < 300_000; n++) past.isRepeat(n, sent({ id: `SM${n.toString(16).padStart(32, '0')}` }));
    expect(dedup.repeats()).toBe(0);
  });

  it('stays known as long when the rest of its message comes late', () => {
    const past = createDedup(10).of('p');
    const pass = (from: number, to: number) => {
      for (let n = from; n < to; n++) past.isRepeat(n, sent({ id: `m${n}` }));
    };
    past.isRepeat(0, submitted({ id: 'slow' }));
    pass(1, 15);
    expect(past.isRepeat(15, sent({ id: 'slow' }))).toBe(false);
    expect(past.submittedBefore(15)).toBe(EVENING / 1000);
    pass(16, 25);
    expect(past.isRepeat(25, sent({ id: 'slow' }))).toBe(true);
    expect(past.isRepeat(26, submitted({ id: 'slow' }))).toBe(true);
  });

  it('says up to when submissions are forgotten', () => {
    const past = createDedup(1_000).of('p');
    const submit = (from: number, to: number) => {
      for (let n = from; n < to; n++) past.isRepeat(n, submitted({ id: `m${n}`, at: n }));
    };
    submit(1, 2_001);
    expect(past.forgotten).toBeUndefined();
    submit(2_001, 2_500);
    expect(past.forgotten).toBe(1_000);
    past.isRepeat(3_000, sent({ id: 'm1000' }));
    expect(past.submittedBefore(3_000)).toBeUndefined();
    past.isRepeat(3_001, sent({ id: 'm1001' }));
    expect(past.submittedBefore(3_001)).toBe(1);
  });

  it('tells the lower of two offsets beyond what 32 bits hold', () => {
    const past = createDedup().of('p');
    const event = (type: MessageType) => MAKE[type]({ id: 'm' });
    past.isRepeat(2 ** 32 - 1, event('submitted'));
    past.isRepeat(2 ** 32 + 1, event('sent'));
    expect(past.submittedBefore(2 ** 32 + 1)).toBe(EVENING / 1000);
    expect(past.submittedBefore(2 ** 32 - 1)).toBeUndefined();
    expect(past.isRepeat(2 ** 32 + 2, event('submitted'))).toBe(true);
  });
});
