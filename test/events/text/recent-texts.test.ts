import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withRecentTexts } from '../../../src/events/text/recent-texts.ts';

it('answers for every text as the function itself does', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 3 }), { maxLength: 100 }), (texts) => {
      const shout = withRecentTexts((text) => `${text}!`);
      expect(texts.map(shout)).toEqual(texts.map((text) => `${text}!`));
    }),
  );
});

it('works out a text that comes again and again but once, among others of another length', () => {
  const workedOut: string[] = [];
  const found = withRecentTexts((text) => workedOut.push(text));
  for (const text of ['Un soin offert', 'Votre code', 'Un soin offert', 'Votre code', 'Un soin offert'])
    found(text);
  expect(workedOut).toEqual(['Un soin offert', 'Votre code']);
});
