import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms, second } from '../../src/events/event.ts';
import { judgePause, type Watching } from '../../src/respond/verify.ts';
import { NIGHT } from '../incidents/build.ts';

const config = configSchema.parse({}).respond.bite;
const GRACE = 30;
/** Messages a second, by seconds from the pause. */
type Pace = (seconds: number) => number;
const sentBy =
  (pace: Pace): Watching['sent'] =>
  (from, to) => {
    let sum = 0;
    for (let at: number = from; at <= to; at++) sum += pace(at - NIGHT);
    return sum;
  };
const judged = (seconds: number, pace: Pace, over: Partial<Watching> = {}) =>
  judgePause({
    target: { provider: 'alpha', category: 'marketing' },
    since: ms(NIGHT * 1000),
    sent: sentBy(pace),
    at: second(NIGHT + seconds),
    complete: second(NIGHT + seconds - 3),
    now: ms((NIGHT + seconds) * 1000),
    config,
    ...over,
  });
const paced = (pace: number, then: Pace) => (seconds: number) => (seconds < 0 ? pace : then(seconds));

describe('a pause', () => {
  test('bites when a whole minute after the grace is quiet, and not before it is complete', () => {
    const ends = paced(5, (seconds) => (seconds < GRACE ? 5 : 0));
    expect(judged(GRACE + 62, ends).kind).toBe('waiting');
    expect(judged(GRACE + 64, ends)).toEqual({
      kind: 'bites',
      says: 'the pause bites: nothing more of marketing through alpha for a minute',
    });
  });

  test('is not judged by what was on its way', () => {
    expect(
      judged(
        GRACE,
        paced(5, () => 5),
      ).kind,
    ).toBe('waiting');
  });

  test('does not bite when sending goes on, told as soon as ten messages show it', () => {
    const goesOn = paced(5, () => 5);
    expect(judged(GRACE + 1, goesOn).kind).toBe('waiting');
    expect(judged(GRACE + 2, goesOn)).toEqual({
      kind: 'goes_on',
      count: 10,
      says: 'the pause does NOT bite: 10 messages of marketing through alpha in 2 s since it should have',
    });
  });

  test('does not bite when a slow loop goes on: ten messages in two minutes', () => {
    const slow = paced(1 / 12, (seconds) => (seconds % 12 === 0 ? 1 : 0));
    expect(judged(GRACE + 100, slow).kind).toBe('waiting');
    expect(judged(GRACE + 120, slow)).toMatchObject({ kind: 'goes_on', count: 10 });
  });

  test('bites although a straggler comes', () => {
    const straggler = paced(5, (seconds) => (seconds === GRACE + 40 ? 1 : 0));
    expect(judged(GRACE + 70, straggler).kind).toBe('bites');
  });

  test('that bit does not any more when it begins anew', () => {
    const anew = paced(5, (seconds) => (seconds > 600 ? 5 : 0));
    expect(judged(600, anew).kind).toBe('bites');
    expect(judged(607, anew).kind).toBe('goes_on');
  });

  test('says that nothing tells, when the stream has not moved for three minutes', () => {
    const complete = second(NIGHT);
    const still = paced(5, () => 0);
    expect(judged(GRACE + 180, still, { complete }).kind).toBe('waiting');
    expect(judged(GRACE + 181, still, { complete }).kind).toBe('unseen');
  });
});
