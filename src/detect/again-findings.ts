/** Repeats that a provider's marketing as a whole does not show: by campaign, by text, and beyond marketing. */
import type { Config } from '../config/schema.ts';
import type { Second } from '../events/event.ts';
import { seriesKey } from '../windows/series.ts';
import type { Finding } from './finding.ts';
import { findAgain, findSameText } from './repeats.ts';
import { againFinding, sameTextFinding } from './tell.ts';
import type { Scene, Traffic } from './traffic.ts';
import type { Estimate, WindowsView } from './view-port.ts';

interface Look {
  readonly view: WindowsView;
  readonly scene: Scene;
  readonly at: Second;
}

export const createAgainFindings = (parts: {
  readonly config: Config['detect']['repeats'];
  readonly estimate: Estimate;
}) => {
  const { config, estimate } = parts;

  const ofMarketing = ({ again, campaigns, marketing }: Traffic, at: Second): Finding[] =>
    again.flatMap((one) => {
      if (one.counts.count(at) === 0) return [];
      const all = one.name === undefined ? marketing : campaigns.find(({ name }) => name === one.name);
      if (!all) return [];
      const seen = findAgain(
        { again: one.counts, all: all.counts, at, config },
        one.name === undefined ? 'text' : 'campaign',
      );
      return seen ? [againFinding(one, seen, at)] : [];
    });

  const ofOthers = ({ view, at }: Look, { provider, metric, all }: Traffic): Finding[] => {
    if (!all || all.counts.count(at) === 0) return [];
    return (['transactional', 'otp'] as const).flatMap((category) => {
      const series = seriesKey({ metric, provider, category, part: 'again' });
      const seen = findSameText({ view, series, at, config, estimate });
      return seen ? [sameTextFinding({ provider, metric, category, series }, seen, at)] : [];
    });
  };

  /** What was submitted is told only of a provider that does not tell what it sent. */
  return (look: Look): Finding[] => {
    const { traffic } = look.scene;
    const sending = new Set(traffic.flatMap(({ metric, provider }) => (metric === 'sent' ? provider : [])));
    return traffic.flatMap((one) => {
      if (one.metric === 'submitted' && sending.has(one.provider)) return [];
      return [...ofMarketing(one, look.at), ...ofOthers(look, one)];
    });
  };
};
