/** Messages by quarter of a second, as the windows have them: one number. */
import { ms } from '../../src/events/event.ts';
import { quarterOf } from '../../src/windows/quarters.ts';

export const packed = (quarters: readonly number[]): number =>
  quarters.reduce((sum, count, quarter) => sum + count * quarterOf(ms(quarter * 250)), 0);
