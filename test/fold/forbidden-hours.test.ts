import { describe, expect, it } from 'vitest';
import { type Category, type MessageEvent, ms } from '../../src/events/event.ts';
import { createDedup } from '../../src/fold/dedup.ts';
import { createForbiddenHours } from '../../src/fold/forbidden-hours.ts';
import { EVENING, sent, submitted } from '../support/events.ts';

/** Forbidden from the evening on, to marketing alone. */
const newHours = (remembered?: number) => {
  const hoursOf = createForbiddenHours((_to, at, category) =>
    category === 'marketing' ? at >= EVENING : undefined,
  );
  const dedup = createDedup(remembered);
  return (partition: string, offset: number, event: MessageEvent, category: Category) => {
    const past = dedup.of(partition);
    past.isRepeat(offset, event);
    return hoursOf(past, offset, event, category);
  };
};
const before = ms(EVENING - 300_000);

describe('messages in forbidden hours', () => {
  it('are quiet when sent or submitted in them, and nothing before', () => {
    const hoursOf = newHours();
    expect(hoursOf('p', 0, sent(), 'marketing')).toBe('quiet');
    expect(hoursOf('p', 1, submitted(), 'marketing')).toBe('quiet');
    expect(hoursOf('p', 2, sent({ at: before }), 'marketing')).toBeUndefined();
    expect(hoursOf('p', 3, submitted({ at: before }), 'marketing')).toBeUndefined();
    expect(hoursOf('p', 4, sent(), 'otp')).toBeUndefined();
  });

  it('are late when they were submitted in time, by the same provider under the same id', () => {
    const hoursOf = newHours();
    hoursOf('p', 0, submitted({ id: 'm', at: before }), 'marketing');
    expect(hoursOf('p', 1, sent({ id: 'm' }), 'marketing')).toBe('late');
    expect(hoursOf('p', 2, sent({ id: 'n' }), 'marketing')).toBe('quiet');
    expect(hoursOf('p', 3, sent({ id: 'm', provider: 'beta' }), 'marketing')).toBe('quiet');
    expect(hoursOf('q', 4, sent({ id: 'm' }), 'marketing')).toBe('quiet');
  });

  it('are quiet when they were submitted in forbidden hours as well', () => {
    const hoursOf = newHours();
    hoursOf('p', 0, submitted({ id: 'm' }), 'marketing');
    expect(hoursOf('p', 1, sent({ id: 'm' }), 'marketing')).toBe('quiet');
  });

  it('are judged the same however often their stretch is folded', () => {
    const hoursOf = newHours();
    const stretch = [
      sent({ id: 'early' }),
      submitted({ id: 'm', at: before }),
      sent({ id: 'm' }),
      // It came before its submission: at the first folding nothing was known of that.
      submitted({ id: 'early', at: before }),
    ];
    const fold = () => stretch.map((event, offset) => hoursOf('p', offset, event, 'marketing'));
    const once = fold();
    expect(once).toEqual(['quiet', undefined, 'late', undefined]);
    expect(fold()).toEqual(once);
    expect(fold()).toEqual(once);
  });

  it('are remembered as submitted at least as long as it is told, and not for ever', () => {
    const hoursOf = newHours(10);
    const submit = (from: number, to: number) => {
      for (let n = from; n < to; n++) hoursOf('p', n, submitted({ id: `m${n}`, at: before }), 'marketing');
    };
    submit(0, 20);
    expect(hoursOf('p', 100, sent({ id: 'm10' }), 'marketing')).toBe('late');
    submit(20, 40);
    expect(hoursOf('p', 101, sent({ id: 'm30' }), 'marketing')).toBe('late');
    expect(hoursOf('p', 102, sent({ id: 'm0' }), 'marketing')).toBe('quiet');
  });

  it('a stretch folded again fills no memory a second time', () => {
    const hoursOf = newHours(10);
    const first = submitted({ id: 'first', at: before });
    hoursOf('p', 0, first, 'marketing');
    for (let n = 0; n < 50; n++) hoursOf('p', 1, submitted({ id: 'other', at: before }), 'marketing');
    expect(hoursOf('p', 2, sent({ id: 'first' }), 'marketing')).toBe('late');
  });
});
