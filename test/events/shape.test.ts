import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CATEGORIES } from '../../src/events/event.ts';
import { toEvent } from '../../src/events/shape.ts';

/** Names and numbers may be written as the other: ids are numbers in many databases, and all is text in an export. */
const asText = (value: unknown) => (Number.isSafeInteger(value) ? String(value) : value);
const asNumber = (value: unknown) =>
  typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
const blankIsNone = (value: unknown) => (value === '' ? undefined : value);
const zeroIsNone = (value: unknown) => (value === 0 ? undefined : value);
const name = z.preprocess(asText, z.string().regex(/^[^\p{Cs}\p{Cc}]{1,200}$/u));
const WORDS: Readonly<Record<string, string>> = { Promo: 'marketing', 'one-time password': 'otp' };
const maybeName = z.preprocess(blankIsNone, name.nullish());
const addressed = z.preprocess(asText, z.string());
/** What a message is, said in zod: the check by hand must say the same. */
const message = z.object({
  id: name,
  provider: name,
  to: addressed,
  from: addressed.nullish(),
  category: z.preprocess((value) => WORDS[String(value)] ?? blankIsNone(value), z.enum(CATEGORIES).nullish()),
  campaign: maybeName,
  order: maybeName,
  text: z.string().nullish(),
  segments: z.preprocess(
    (value) => zeroIsNone(asNumber(blankIsNone(value))),
    z.int().min(1).max(255).nullish(),
  ),
  error: z.union([z.string().max(200), z.number()]).nullish(),
});

const odd = fc.constantFrom<unknown>(
  ...[undefined, null, '', 'a', 'é\u0007', '\ud83d', '😀', 'otp', 'x'.repeat(200), 'x'.repeat(201)],
  ...['é'.repeat(200), '😀'.repeat(200), '😀'.repeat(201), 0, 1, 1.5, 255, 256, -1, Number.NaN],
  ...[
    Number.POSITIVE_INFINITY,
    2 ** 60,
    true,
    [],
    {},
    ['a'],
    '36200',
    '+33612345678',
    '2',
    '0',
    '256',
    '1.5',
    'Promo',
    'one-time password',
  ],
);
const good = { type: 'sent', id: 'm', at: 1_793_213_400_000, provider: 'alpha', to: '+33612345678' };
const fields = Object.keys(message.shape);

it('takes and refuses messages as the schema does, and names the same field', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...fields), odd, { maxKeys: 3 }), (changed) => {
      const raw = { ...good, ...changed };
      const parsed = toEvent(raw);
      const checked = message.safeParse(raw);
      if (checked.success) {
        // What is an address is another question.
        if (!parsed.ok) expect(parsed.reason).toBe('bad_address');
        return;
      }
      const field = String(checked.error.issues[0]?.path[0]) as keyof typeof raw;
      const value: unknown = raw[field];
      const isInexact =
        Number.isInteger(value) && !Number.isSafeInteger(value) && String(field) !== 'category';
      const isMissing = value === undefined || value === null;
      const reason = isMissing ? 'missing_field' : isInexact ? 'inexact_number' : 'bad_field';
      expect(parsed).toMatchObject({ ok: false, reason });
      expect(!parsed.ok && parsed.detail.startsWith(`${field} `)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
