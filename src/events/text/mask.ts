/** What may be shown of a number and of a text outside the process and the log. */
import { isE164 } from '../event.ts';

/** Country codes of two digits; 1 and 7 have one, all others three. */
const TWO_DIGITS = /^(?:2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;
const DIGIT = /\p{Nd}/gu;

/** "+33612345678" is "+33 6 •• •• •• 78". Short codes and alphanumeric senders are not persons and stay as they are. */
export const maskAddress = (address: string): string => {
  if (!isE164(address)) return /\d{9}/.test(address.replace(/\D/g, '')) ? maskDigits(address) : address;
  const digits = address.slice(1);
  const code = /^[17]/.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3;
  const national = digits.slice(code);
  // A short number says too much by its first digit as well.
  const first = national.length < 7 ? '' : `${national.slice(0, 1)} `;
  const hidden = '•'.repeat(national.length - 2 - (first === '' ? 0 : 1)).replace(/••(?=(?:••)*$)/g, ' ••');
  return `+${digits.slice(0, code)} ${first}${hidden.trim()} ${national.slice(-2)}`;
};

/** Hides every digit of a text, in whatever script it is written. */
export const maskDigits = (text: string): string => text.replace(DIGIT, '•');

const NUMBERS = /(\+\d[\d .()-]{5,}\d|(?<!\d)\d{9,15}(?!\d)|\b0\d([ .-]\d\d){4}\b)/g;

/** Hides whatever in a text may be a phone number; times, dates and counts stay readable. */
export const maskNumbers = (text: string): string => text.replace(NUMBERS, '•••');
