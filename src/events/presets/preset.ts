/** A preset maps one provider's events to tocsin's words; shape.ts then checks the outcome. */
import type { FieldNames, Json } from '../shape.ts';

export interface Mapped {
  readonly raw: Json;
  /** What the provider calls the fields. */
  readonly names: FieldNames;
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
