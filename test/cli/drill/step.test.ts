import { expect, test } from 'vitest';
import { rowText, summaryOf } from '../../../src/cli/drill/report.ts';
import { createSteps, failed, type Row, type StepOutcome, skipped } from '../../../src/cli/drill/step.ts';

test('each step is tried whatever became of the others, and what it found goes on', async () => {
  const told: Row[] = [];
  const { step, rows } = createSteps((row) => void told.push(row), 20);
  const refused = new AggregateError([new Error('connect ECONNREFUSED'), new Error('other')]);

  const value = await step('one', 'never', async () => ({
    state: 'ok' as const,
    says: 'all well',
    value: 7,
  }));
  await step('two', 'start it', () => Promise.reject<StepOutcome>(refused));
  await step('three', 'wait', () => new Promise<StepOutcome>(() => undefined));
  await step('four', '', async () => skipped('not configured'));

  expect(value).toBe(7);
  expect(told).toEqual(rows);
  expect(rows).toEqual([
    { step: 'one', state: 'ok', says: 'all well', took: expect.any(Number) },
    {
      step: 'two',
      state: 'failed',
      says: 'connect ECONNREFUSED',
      todo: 'start it',
      took: expect.any(Number),
    },
    {
      step: 'three',
      state: 'failed',
      says: expect.stringMatching(/^had no answer within/),
      todo: 'wait',
      took: expect.any(Number),
    },
    { step: 'four', state: 'skipped', says: 'not configured', took: expect.any(Number) },
  ]);
});

test('a row says what to do about a failure and what would be sent; a line sums all up', () => {
  const rows: Row[] = [
    {
      step: 'twilio',
      took: 120,
      ...failed('was answered 401', 'check KEY'),
      shows: ['POST https://p\n\nbody'],
    },
    { step: 'Slack', took: 3, ...skipped('nothing is sent') },
  ];

  expect(rows.map(rowText).join('')).toBe(
    [
      'failed   twilio                  0.1 s  was answered 401',
      '         -> check KEY',
      '         would send: POST https://p',
      '                     ',
      '                     body',
      'skipped  Slack                          nothing is sent',
      '',
    ].join('\n'),
  );
  expect(summaryOf(rows)).toBe('0 ok, 1 failed (twilio), 1 skipped');
  expect(summaryOf(rows.slice(1))).toBe('0 ok, none failed, 1 skipped');
});
