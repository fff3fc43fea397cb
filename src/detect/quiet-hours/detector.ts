/** Messages in hours forbidden to their recipients: those sent then, and those that queues brought late into them. */
import type { Hours } from '../../windows/series.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { clearestOfProvider } from '../series/clearest.ts';
import { quietFinding } from './findings.ts';
import { findQuietSends } from './quiet-sends.ts';

export const quietHoursDetector: CreateDetector = ({ config: { quietHours } }) => {
  const sendsIn = ({ came, at }: Look, hours: Hours, tolerated: number): Finding[] => {
    const found = came.of(hours).flatMap(({ one }) => {
      const sends = findQuietSends(one.counts.count, at, tolerated);
      return sends ? [{ one, sends }] : [];
    });
    return clearestOfProvider(found, ({ one, sends }) => [one, sends.count]).map(({ one, sends }) =>
      quietFinding(one, sends, at, tolerated),
    );
  };

  return {
    names: ['quiet_hours'],
    look: (look) => [
      ...sendsIn(look, 'quiet', quietHours.tolerated),
      ...sendsIn(look, 'late', quietHours.toleratedLate),
    ],
  };
};
