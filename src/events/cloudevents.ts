/** CloudEvents 1.0, structured mode: the envelope's id, time and type stand in for what its data does not say. */
import { isObject, type Json } from './json.ts';
import { typeOf } from './words.ts';

/** Whether a JSON object is a CloudEvents envelope, of any version. */
export const isEnvelope = (json: Json): boolean => json.specversion !== undefined;

/** The data of a CloudEvents 1.0 envelope; undefined for another version, or for data that is no JSON object. */
export const dataOf = (envelope: Json): Json | undefined =>
  envelope.specversion === '1.0' && isObject(envelope.data) ? envelope.data : undefined;

/** tocsin's own event out of its envelope, whose type may end in the event's, as "com.example.sms.sent" does. */
export const opened = (envelope: Json, data: Json): Json => ({
  ...data,
  id: data.id ?? envelope.id,
  at: data.at ?? envelope.time,
  type: data.type ?? typeIn(envelope.type),
});

const typeIn = (type: unknown): unknown =>
  typeof type === 'string' ? typeOf(type.slice(type.lastIndexOf('.') + 1)) : undefined;
