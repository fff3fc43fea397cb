/** What is billed beyond what was sent, and providers of which nobody can tell what was asked for. */
import type { CreateDetector, Look } from '../detector.ts';
import type { Finding } from '../finding.ts';
import { perGeneration } from '../series/per-generation.ts';
import { booksOf, chargesOf } from './accounts.ts';
import { blindFinding, usageFinding } from './findings.ts';
import { ACCOUNTS, becomesBlind, book, newAccount, overcharge } from './reconcile.ts';

export const billingDetector: CreateDetector = ({ learned, config: { orders } }) => {
  const accounts = learned.of(ACCOUNTS);
  const seriesOf = perGeneration(({ view }) => ({ books: booksOf(view), charges: chargesOf(view) }));

  const bills = (look: Look): Finding[] => {
    const { at } = look;
    const { books, charges } = seriesOf(look);
    return charges.flatMap((charge) => {
      const count = charge.counts.count(at);
      const own = books.find(({ provider }) => provider === charge.provider);
      const account = count > 0 ? accounts.get(charge.provider) : undefined;
      if (!own || !account) return [];
      const over = overcharge(account, own, { ...charge, count }, orders.usage);
      return over ? [usageFinding(charge, over, at)] : [];
    });
  };

  const blind = (look: Look): Finding[] =>
    seriesOf(look).books.flatMap((books) => {
      const account = accounts.get(books.provider);
      return account && becomesBlind(account, books, look.at) ? [blindFinding(books.provider, look.at)] : [];
    });

  return {
    names: ['usage', 'blind'],
    look: (look) => [...bills(look), ...blind(look)],
    learn: (stretch) => {
      for (const books of seriesOf(stretch).books) {
        const account = accounts.get(books.provider) ?? newAccount(stretch.from);
        accounts.set(books.provider, account);
        book(account, books, stretch.to);
      }
    },
  };
};
