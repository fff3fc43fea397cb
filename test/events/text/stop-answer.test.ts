import { expect, test } from 'vitest';
import { createStopWords } from '../../../src/events/text/stop-words.ts';
import { CLEAR, NEITHER, PROBABLE } from '../../fixtures/stop-answers.ts';

const { stopIn } = createStopWords();

test.each(CLEAR)('clearly asks for STOP: %j', (text) => {
  expect(stopIn(text)).toBe('clear');
});

test.each(PROBABLE)('probably asks for STOP: %j', (text) => {
  expect(stopIn(text)).toBe('probable');
});

test.each(NEITHER)('does not ask for STOP: %j', (text) => {
  expect(stopIn(text)).toBeUndefined();
});
