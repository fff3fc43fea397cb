/**
 * What is wrong or new in texts, provider by provider: content.ts judges the tallies of the view by what is learned.
 */
import { planOf } from '../campaign/plans.ts';
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { findFarTexts, findNewLinks, findNewTexts, findWrongTexts } from './content.ts';
import { linksFinding, textsFinding, wrongTextsFinding } from './findings.ts';
import { createTextLearning } from './learning.ts';
import { bookName, createBookNames, metricWithTexts, SLOT, slotOf, talliesOf } from './tallies.ts';
import { entriesOf, TEXT_BOOKS, tallySums } from './texts.ts';

export const contentDetector: CreateDetector = ({ learned, isLeftOut, config }) => {
  const settings = config.content;
  const books = learned.of(TEXT_BOOKS);

  const nameOf = createBookNames();

  const newContent = ({ view, everybody, at }: Look, provider: string): Finding[] => {
    const slots = [slotOf(at) - SLOT, slotOf(at)];
    const metric = metricWithTexts(view, provider, slots);
    const entries = entriesOf(talliesOf(view, { metric, provider, part: 'text' }, slots));
    if (entries.length === 0) return [];
    const own = books.get(bookName(provider));
    const submitted =
      metric === 'sent' ? talliesOf(view, { metric: 'submitted', provider, part: 'text' }, slots) : [];
    const input = {
      entries,
      submitted: entriesOf(submitted),
      at,
      own,
      others: () =>
        [...new Set(everybody().map(({ group }) => group.provider))].flatMap((other) =>
          other === provider ? [] : (books.get(bookName(other)) ?? []),
        ),
      ofCampaign: (campaign: string) => books.get(nameOf(provider, campaign)),
      isAnnounced: (campaign: string) => planOf(view, campaign, { at, provider }) !== undefined,
      settings,
    };
    const place = { provider, metric, at, since: slots[0] ?? at };
    const texts = findNewTexts(input);
    const far = findFarTexts(input);
    const hosts = tallySums(talliesOf(view, { metric, provider, part: 'link' }, slots));
    const links = findNewLinks(hosts, input);
    return [
      ...(texts ? [textsFinding(texts, place)] : []),
      ...(far ? [textsFinding(far, place)] : []),
      ...(links ? [linksFinding(links, place)] : []),
    ];
  };

  /**
   * Tells each fault once: of what was sent and what was submitted, by the one that has more of it, on a tie what was
   * sent.
   */
  const wrong = ({ came, at }: Look): Finding[] => {
    const found = new Map<string, { finding: Finding; count: number }>();
    for (const { one, group } of came.of('fault')) {
      const name = `${one.name} ${one.provider}`;
      const seen = group.all && findWrongTexts(one.counts, group.all.counts, { at, settings });
      const rival = found.get(name);
      if (!seen || (rival && rival.count >= seen.count + (one.metric === 'sent' ? 1 : 0))) continue;
      found.set(name, { finding: wrongTextsFinding(one, seen, at), count: seen.count });
    }
    return [...found.values()].map(({ finding }) => finding);
  };

  return {
    names: ['content'],
    look: (look) => {
      const sending = new Set(look.came.of('marketing').map(({ one }) => one.provider));
      return [...[...sending].flatMap((provider) => newContent(look, provider)), ...wrong(look)];
    },
    learn: createTextLearning({ books, isLeftOut }),
  };
};
