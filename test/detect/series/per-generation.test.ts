import { expect, it } from 'vitest';
import { perGeneration } from '../../../src/detect/series/per-generation.ts';
import { createSeriesIndexes } from '../../../src/detect/series/series-index.ts';
import { MONDAY } from '../lives.ts';
import { key, messageView } from '../support.ts';

it('what a detector finds in the view is found once, and anew when a series comes', () => {
  const { view, add } = messageView();
  const indexes = createSeriesIndexes();
  let times = 0;
  const seriesIn = perGeneration((snapshot) => {
    times += 1;
    return [...snapshot.view.series()];
  });
  const look = () => seriesIn({ view, index: indexes.of(view) });

  add(MONDAY, 1, [key()]);
  expect(look()).toEqual([key()]);
  add(MONDAY + 1, 1, [key()]);
  expect(look()).toBe(look());
  expect(times).toBe(1);

  add(MONDAY + 2, 1, [key({ provider: 'beta' })]);
  expect(look()).toEqual([key(), key({ provider: 'beta' })]);
  expect(times).toBe(2);
});
