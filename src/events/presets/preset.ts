/** A preset maps one provider's events to tocsin's words; shape.ts then checks the outcome. */
import type { Json } from '../json.ts';
import type { FieldNames } from '../shape.ts';

export interface Mapped {
  readonly raw: Json;
  /** What the provider calls the fields. */
  readonly names: FieldNames;
}
