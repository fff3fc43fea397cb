import { expect, it } from 'vitest';
import { maskAddress, maskDigits, maskNumbers } from '../../../src/events/text/mask.ts';

it('shows the country, the first digit and the last two of a person’s number', () => {
  expect(maskAddress('+33612345678')).toBe('+33 6 •• •• •• 78');
  expect(maskAddress('+14255550156')).toBe('+1 4 • •• •• •• 56');
  expect(maskAddress('+352621123456')).toBe('+352 6 •• •• •• 56');
  expect(maskAddress('+2901234')).toBe('+290 •• 34');
});

it('shows short codes and alphanumeric senders, which are nobody’s', () => {
  for (const shown of ['36200', 'My Salon', 'Salon 75']) expect(maskAddress(shown)).toBe(shown);
});

it('shows no digit of anything else that may be a number', () => {
  expect(maskAddress('06 12 34 56 78')).toBe('•• •• •• •• ••');
});

it('hides every digit of a text', () => {
  expect(maskDigits('Code 4711, STOP 36200, ٣')).toBe('Code ••••, STOP •••••, •');
});

it.each([
  ['asked by +33 6 12 34 56 78 at 20:04', 'asked by ••• at 20:04'],
  ['+1 (425) 555-0156, 06 12 34 56 78, 06.12.34.56.78', '•••, •••, •••'],
  ['33612345678', '•••'],
  ['0612345678x', '•••x'],
])('hides what may be a phone number in a sentence: %s', (text, shown) => {
  expect(maskNumbers(text)).toBe(shown);
});

it.each([
  '2026-10-28 20:00:04',
  '12345678 messages',
  '36200',
  'alpha-20261028T190004Z',
  '+33',
  '1 2 3 4 5 6',
])('leaves what is none: %s', (text) => expect(maskNumbers(text)).toBe(text));
