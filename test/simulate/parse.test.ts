import { expect, it } from 'vitest';
import { parseRecord } from '../../src/events/parse.ts';
import { defaultSpan, simulate } from '../../src/simulate/stream.ts';
import { toJson } from '../../src/simulate/write.ts';

it('every event of an ordinary day is read back as it was made', () => {
  const options = { preset: 'auto', maxRecord: 262_144 } as const;
  const differing = new Set<string>();

  for (const event of simulate({
    seed: 1,
    scenario: 'ordinary-day',
    ...defaultSpan('ordinary-day'),
    scale: 0.1,
  })) {
    const line = toJson(event);
    const parsed = parseRecord(line, options);
    if (!parsed.ok) expect.fail(`${parsed.reason}: ${parsed.detail}`);
    if (!sameFields(JSON.parse(toJson(parsed.event)), JSON.parse(line))) differing.add(event.type);
  }

  expect([...differing]).toEqual([]);
});

const sameFields = (one: object, other: object): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
