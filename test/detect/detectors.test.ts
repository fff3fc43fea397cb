import { expect, it } from 'vitest';
import { DETECTOR_NAMES } from '../../src/config/detectors.ts';
import { configSchema } from '../../src/config/schema.ts';
import { createHistories } from '../../src/detect/campaign/histories.ts';
import { DETECTORS } from '../../src/detect/engine.ts';
import { createExclusions } from '../../src/detect/learning/exclusions.ts';
import { createLearned } from '../../src/detect/learning/learned.ts';
import { createForecasts } from '../../src/detect/statistics/forecasts.ts';
import { paris } from './lives.ts';
import { estimate } from './support.ts';

const config = configSchema.parse({}).detect;
const learned = createLearned();
const shared = { learned, calendar: paris, watchedOf: () => undefined };
const context = {
  ...shared,
  config,
  estimate,
  forecasts: createForecasts({ ...shared, config: config.burst, excluded: () => false }),
  histories: createHistories(learned),
  incidents: createExclusions(),
  pauses: createExclusions(),
  isLeftOut: () => false,
};

it('every name in the table of detectors is one that a detector in the list gives its findings', () => {
  const given = DETECTORS.flatMap((create) => create(context).names);
  expect([...new Set(given)].sort()).toEqual([...DETECTOR_NAMES].sort());
});
