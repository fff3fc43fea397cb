/**
 * What people say about marketing to them, and what comes of it. In: answers, and numbers taken off the base or put
 * back on it, one by one. Out: counts in their second, and a ledger that knows who takes no marketing any more.
 */
import type { Answer, ReceivedEvent } from '../events/event.ts';
import type { StopWords } from '../events/text/stop-words.ts';
import type { SeriesKey } from '../windows/series.ts';
import type { Offset } from '../windows/store/store.ts';
import { add } from '../windows/sums.ts';
import type { ConsentLedger } from './consents.ts';
import type { FoldKeys } from './fold-keys.ts';
import { type ProbeRules, personOf, probeSeriesOf } from './probe.ts';
import type { Recipient } from './recipient-key.ts';

type AnswerSums = Map<SeriesKey, number>;

/** Counts what people say about marketing and tells the ledger; the probe's test number counts for the probe alone. */
export const createOptOuts = (parts: {
  readonly keys: FoldKeys;
  readonly recipientKey: (address: string) => Recipient;
  readonly stopWords: StopWords;
  readonly probe?: ProbeRules;
}) => {
  const { keys, recipientKey, stopWords, probe } = parts;

  const countReceived = (event: ReceivedEvent, bucket: AnswerSums, offset: Offset, ledger: ConsentLedger) => {
    const { provider, from, text, at } = event;
    const key = keys.answers(provider);
    add(bucket, key.received, 1);
    add(bucket, key.code(event.to), 1);
    const answer = stopWords.stopIn(text);
    if (answer === 'clear') {
      add(bucket, key.asked, 1);
      add(bucket, key.askedAt(event.to), 1);
      if (from !== undefined) ledger.ask(recipientKey(from).key, at, { provider, offset });
    } else if (answer === 'probable') {
      add(bucket, key.probable, 1);
    } else if (from !== undefined && stopWords.isStart(text)) {
      ledger.readmit(recipientKey(from).key, at, offset);
    }
  };

  return (event: Answer, bucket: AnswerSums, offset: Offset, ledger: ConsentLedger): void => {
    if (probe && personOf(event) === probe.number) {
      const key = probeSeriesOf(event, probe);
      if (key !== undefined) add(bucket, key, 1);
      return;
    }
    if (event.type === 'received') {
      countReceived(event, bucket, offset, ledger);
      return;
    }
    add(bucket, keys.consent(event.type, event.provider), 1);
    const person = recipientKey(event.to).key;
    if (event.type === 'opted_in') {
      ledger.readmit(person, event.at, offset);
      return;
    }
    const provider = ledger.record(person, event.at, offset);
    if (provider !== undefined) add(bucket, keys.answers(provider).recorded, 1);
  };
};
