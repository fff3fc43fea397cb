/** What is billed beyond what was sent, and providers of which nobody can tell what was asked for. */

import type { Config } from '../../config/schema.ts';
import type { Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import type { Learned } from '../learning/learned.ts';
import { blindFinding, usageFinding } from './findings.ts';
import { ACCOUNTS, becomesBlind, overcharge } from './reconcile.ts';

export const createBillFindings = (parts: {
  readonly learned: Learned;
  readonly config: Config['detect']['orders'];
}): ((look: Look) => Finding[]) => {
  const { learned, config } = parts;

  const bills = ({ index, at }: Look): Finding[] =>
    index.charges.flatMap((charge) => {
      const count = charge.counts.count(at);
      const books = index.books.find(({ provider }) => provider === charge.provider);
      const account = count > 0 ? learned.of(ACCOUNTS).get(charge.provider) : undefined;
      if (!books || !account) return [];
      const over = overcharge(account, books, { ...charge, count }, config.usage);
      return over ? [usageFinding(charge, over, at)] : [];
    });

  const blind = ({ index, at }: Look): Finding[] =>
    index.books.flatMap((books) => {
      const account = learned.of(ACCOUNTS).get(books.provider);
      return account && becomesBlind(account, books, at) ? [blindFinding(books.provider, at)] : [];
    });

  return (look) => [...bills(look), ...blind(look)];
};
