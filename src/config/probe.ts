/** The probe of STOP: its configuration. Every key is documented where it is defined. */
import { z } from 'zod';
import { toAddress } from '../events/addresses.ts';
import { isE164 } from '../events/event.ts';
import { lengthOf } from './length.ts';
import { requestOf } from './request.ts';

/** `tocsin probe stop`: a phone of one's own asks for STOP, and what comes round of it is waited for. */
export const stopProbe = z.strictObject({
  /** The test number: no customer's, since what it answers and its opt-outs count for nothing else. In quotes. */
  number: z
    .string('must be in E.164, in quotes')
    .refine((number): boolean => isE164(number), 'must be in E.164, such as "+33612345678"'),
  /** The codes to which the test number sends STOP, such as `["36200"]`. */
  codes: z
    .array(
      z
        .string('must be in quotes')
        .refine(
          (code) => toAddress(code) === code && !/^\d{9}/.test(code),
          'must be a short code, or a number in E.164',
        ),
    )
    .min(1),
  text: z.string().min(1).max(160).default('STOP'),
  /**
   * The request that makes the test number send (request.ts): `{to}`, `{from}` and `{text}` are the code, the test
   * number and the text, `${NAME}` is taken from the environment.
   */
  request: requestOf(['to', 'from', 'text'], 'POST').safeExtend({
    /** How long one try may take; there are three, since STOP twice is STOP. */
    timeout: lengthOf('10s'),
  }),
  /**
   * What must come round: the answer (`received`, at each code), the number taken off the base (`opted_out`), or both.
   * An opt-out does not say through which code it came. A base takes off only who is on it: put the number back on it
   * before the next probe.
   */
  expect: z
    .array(z.enum(['received', 'opted_out']))
    .min(1)
    .default(['received', 'opted_out']),
  /** How soon after STOP is sent everything expected must have come round. */
  limit: lengthOf('5m'),
});

export type StopProbe = z.output<typeof stopProbe>;
