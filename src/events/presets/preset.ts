/**
 * What the presets share: each is a file that maps one provider's events to tocsin's words.
 * In: a JSON object as the provider sends it. Out: an object for shape.ts, which checks it; parse.ts chooses the preset.
 */
import type { Json } from '../json.ts';
import type { FieldNames } from '../shape.ts';

export interface Mapped {
  readonly raw: Json;
  /** What the provider calls each of tocsin's fields, so that a refusal names the one that its sender knows. */
  readonly names: FieldNames;
}
