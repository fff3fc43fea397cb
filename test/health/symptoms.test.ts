import { describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import { type ProbeReadings, symptomsOf } from '../../src/health/symptoms.ts';

const limits = configSchema.parse({}).blindness;
const quiet = { records: 0, rejected: 0, messages: 0, ahead: 0, inTime: 0, behind: Number.POSITIVE_INFINITY };
const well: ProbeReadings = { problems: [], waiting: 0, arrived: quiet };
const causes = (more: Partial<ProbeReadings>) =>
  symptomsOf({ ...well, ...more }, limits).map(({ cause }) => cause);
const arrived = (more: Partial<ProbeReadings['arrived']>) => ({ arrived: { ...quiet, ...more } });

describe('what is in the way', () => {
  test('is nothing when all is well, and when nothing is known', () => {
    expect(causes({})).toEqual([]);
    expect(causes(arrived({ records: 500, messages: 400, behind: 900 }))).toEqual([]);
  });

  test('is what a source says of itself, save that a partition changes hands', () => {
    const about = (name: ProbeReadings['problems'][number]['about']) =>
      causes({ problems: [{ about: name, text: 'x' }] });
    expect(about('kafka')).toEqual(['kafka']);
    expect(about('store')).toEqual(['store']);
    expect(about('lag')).toEqual(['lag']);
    expect(about('lost')).toEqual(['lost']);
    expect(about('log')).toEqual(['log']);
    expect(about('group')).toEqual([]);
  });

  test('is a lag beyond the limit', () => {
    expect(causes({ waiting: 30_000 })).toEqual([]);
    expect(causes({ waiting: 30_001 })).toEqual(['lag']);
  });

  test('is a silent stream', () => {
    const silence = ms(Date.UTC(2026, 9, 28, 19));
    expect(symptomsOf({ ...well, silence }, limits)[0]?.says).toContain('since 19:00:00 UTC');
  });

  test('is a clock that most messages are ahead of', () => {
    expect(causes(arrived({ messages: 10, ahead: 5, behind: -130_000 }))).toEqual([]);
    expect(causes(arrived({ messages: 10, ahead: 6, behind: -130_000 }))).toEqual(['clock']);
    expect(causes(arrived({ messages: 9, ahead: 9, behind: -130_000 }))).toEqual([]);
  });

  test('is no clock of ours while somebody’s messages are in time', () => {
    expect(causes(arrived({ messages: 100, ahead: 90, inTime: 1, behind: -130_000 }))).toEqual([]);
  });

  test('is one provider whose reports come much later than they used to, or are dated ahead', () => {
    const late = (
      present: number | undefined,
      usual: number | undefined,
      more: Partial<ProbeReadings> = {},
    ) =>
      symptomsOf(
        {
          ...well,
          ...more,
          delays: new Map([
            ['alpha', { present, usual }],
            ['beta', calm],
          ]),
        },
        limits,
      );
    const calm = { present: 1_000, usual: 1_000 };
    expect(late(601_000, 1_000)).toEqual([
      {
        cause: 'delay',
        provider: 'alpha',
        says: 'alpha’s reports come 10 min later than they used to, or its clock is wrong',
      },
    ]);
    expect(late(-240_000, 0)[0]?.says).toBe(
      'alpha’s reports are dated 4 min further ahead than they used to: its clock is wrong',
    );
    expect(late(61_000, 1_000)).toEqual([]);
    expect(late(1_100_000, 600_000)).toEqual([]);
    expect(late(0, 600_000)).toEqual([]);
    expect(late(600_000, undefined)).toEqual([]);
    expect(late(undefined, 0)).toEqual([]);
    expect(late(601_000, 1_000, { waiting: 40_000 })).toEqual([expect.objectContaining({ cause: 'lag' })]);
    expect(late(601_000, 1_000, arrived({ messages: 10, behind: 600_000 }))).toEqual([
      expect.objectContaining({ cause: 'clock' }),
    ]);
  });

  test('is a clock that all messages are behind, unless they wait to be read', () => {
    const late = arrived({ messages: 10, behind: 120_001 });
    expect(causes(late)).toEqual(['clock']);
    expect(causes({ ...late, waiting: 40_000 })).toEqual(['lag']);
    expect(causes(arrived({ messages: 10, behind: 120_000 }))).toEqual([]);
  });

  test('is a share of dead letters beyond the limit, once they are enough to prove it', () => {
    expect(causes(arrived({ records: 2_000, rejected: 100 }))).toEqual([]);
    expect(causes(arrived({ records: 1_999, rejected: 100 }))).toEqual(['dead-letters']);
    expect(causes(arrived({ records: 99, rejected: 99 }))).toEqual([]);
  });
});
