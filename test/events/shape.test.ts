import fc from 'fast-check';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { CATEGORIES } from '../../src/events/event.ts';
import { toEvent } from '../../src/events/shape.ts';

const name = z.string().regex(/^[^\p{Cs}\p{Cc}]{1,200}$/u);
const maybeName = z
  .string()
  .regex(/^[^\p{Cs}\p{Cc}]{0,200}$/u)
  .nullish();
/** What a message is, said in zod: the check by hand must say the same. */
const message = z.object({
  id: name,
  provider: name,
  to: z.string(),
  from: z.string().nullish(),
  category: z.enum(CATEGORIES).nullish(),
  campaign: maybeName,
  order: maybeName,
  text: z.string().nullish(),
  segments: z.int().min(1).max(255).nullish(),
  error: z.union([z.string().max(200), z.number()]).nullish(),
});

const odd = fc.constantFrom<unknown>(
  ...[undefined, null, '', 'a', 'é\u0007', '\ud83d', '😀', 'otp', 'x'.repeat(200), 'x'.repeat(201)],
  ...['é'.repeat(200), '😀'.repeat(200), '😀'.repeat(201), 0, 1, 1.5, 255, 256, -1, Number.NaN],
  ...[Number.POSITIVE_INFINITY, 2 ** 60, true, [], {}, ['a'], '36200', '+33612345678'],
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
      const reason = raw[field] === undefined || raw[field] === null ? 'missing_field' : 'bad_field';
      expect(parsed).toMatchObject({ ok: false, reason });
      expect(!parsed.ok && parsed.detail.startsWith(`${field} `)).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});
