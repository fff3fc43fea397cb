/**
 * The submission join: was a message asked for? By its id, whether it was submitted before; by its order, whether that
 * had gone to the same person already. In: the events of a partition in offset order. Out: what is known of each;
 * nothing where the memory does not reach back far enough to tell.
 *
 * An event is held only against what stands at a lower offset, so that folding a stretch again gives the same.
 */
import { type MessageEvent, type Ms, type Second, secondOf } from '../events/event.ts';
import { hashOn, spread } from '../events/text/hash.ts';
import type { PartitionId } from '../windows/store/store.ts';
import type { Dedup, Past } from './dedup.ts';
import type { FoldInput } from './fold-input.ts';
import { createTraces } from './traces.ts';

/** The orders remembered of a partition, 6 MB when full. */
const REMEMBERED = 131_072;
/** The failures, and the messages without submission, remembered for what comes soon after them. */
const FEW = 16_384;
/** How often an order may be sent in all, since a message that fails may be sent again. */
const MOST_ATTEMPTS = 5;
/** How far back (ms of event time) memory must reach before a message is called one without submission. */
export const REACH = 600_000;

/** What one partition remembers beside its `Past`, which must have taken in the event that is asked about. */
export interface SubmissionJoin {
  /**
   * Whether a message sent, or reported on by a provider that never says what it sent, was submitted before; undefined
   * when that cannot be told.
   */
  submissionOf(offset: number, event: MessageEvent): 'known' | 'none' | undefined;
  /** How many seconds before it was sent the message last found `known` was submitted. */
  readonly waited: number;
  /** Takes a submission in. Answers what came of its message before it, and seemed to have none. */
  submitted(offset: number, event: MessageEvent): readonly Unsubmitted[];
  /** Takes in an order that was sent; true when it had gone to the same person in a message that did not fail. */
  isTwice(offset: number, event: MessageEvent): boolean;
  /** Notes that a message failed, so that its order may be sent again. */
  failed(offset: number, event: MessageEvent): void;
}

/** What was told of a message before its submission came, and the second in which it counted as having none. */
export interface Unsubmitted {
  readonly type: ReportType;
  readonly at: Second;
}

type ReportType = 'sent' | 'delivered' | 'failed';

/** Sets apart, in one memory, what was told of the same message by different reports. */
const SALTS: ReadonlyArray<readonly [ReportType, number]> = [
  ['sent', 0],
  ['delivered', 0x9e3779b9],
  ['failed', 0x85ebca6b],
];
const NOTHING: readonly Unsubmitted[] = [];

interface ProviderPast {
  /** The hash that those of the provider's orders begin with, so that the same order at two providers is two. */
  readonly basis: number;
  /** The event time and the offset of the first submission to the provider. */
  submitted?: { readonly at: Ms; readonly offset: number };
  /** The lowest offset of a message that the provider says it sent. */
  sent?: number;
}

const createMemory = (remembered: number, past: Past): SubmissionJoin => {
  const orders = createTraces(remembered);
  const failures = createTraces(FEW);
  /** The messages found to have no submission, by what was told of them, with the second of that. */
  const unsubmitted = createTraces(FEW);
  const providers = new Map<string, ProviderPast>();
  let waited = 0;

  const ofProvider = (provider: string): ProviderPast => {
    const known = providers.get(provider);
    if (known) return known;
    const begun = { basis: hashOn(provider) };
    providers.set(provider, begun);
    return begun;
  };
  /** Whether every submission of the provider that can belong to the message is remembered. */
  const canTell = ({ submitted }: ProviderPast, offset: number, at: Ms): boolean => {
    if (!submitted || submitted.offset >= offset) return false;
    return at - Math.max(submitted.at, past.forgotten ?? 0) >= REACH;
  };

  return {
    submissionOf: (offset, event) => {
      const provider = ofProvider(event.provider);
      const isSent = event.type === 'sent';
      if (isSent) provider.sent = Math.min(provider.sent ?? offset, offset);
      else if (provider.sent !== undefined && provider.sent < offset) return undefined;
      if (!canTell(provider, offset, event.at)) return undefined;
      const submitted = past.submittedBefore(offset);
      if (submitted !== undefined) {
        waited = secondOf(event.at) - submitted;
        return 'known';
      }
      const salt = SALTS.find(([type]) => type === event.type)?.[1] ?? 0;
      unsubmitted.leave(past.hash ^ salt, offset, secondOf(event.at), event.at);
      return 'none';
    },
    get waited() {
      return waited;
    },
    submitted: (offset, event) => {
      ofProvider(event.provider).submitted ??= { at: event.at, offset };
      let before = NOTHING;
      for (const [type, salt] of SALTS)
        if (unsubmitted.has(past.hash ^ salt, offset))
          before = [...before, { type, at: unsubmitted.value as Second }];
      return before;
    },
    isTwice: (offset, event) => {
      const { order } = event;
      if (order === undefined) return false;
      const id = past.hash;
      let attempt = spread(hashOn(event.to, hashOn(order, ofProvider(event.provider).basis)));
      for (let n = 0; n < MOST_ATTEMPTS; n++) {
        if (!orders.leave(attempt, offset, id, event.at)) return false;
        const earlier = orders.value;
        if (earlier === id) return false;
        if (!failures.has(earlier, offset)) return true;
        attempt = spread(attempt ^ earlier);
      }
      return true;
    },
    failed: (offset, event) => {
      failures.leave(past.hash, offset, 0, event.at);
    },
  };
};

/**
 * Answers the memory of the partition that a stretch belongs to. Where records lie between the stretch and what was
 * folded before, somebody else read them, and the memory begins anew.
 */
export const createSubmissionJoin = (dedup: Pick<Dedup, 'of'>, remembered = REMEMBERED) => {
  const partitions = new Map<PartitionId, { next: number; memory: SubmissionJoin }>();
  return ({ partition, from, next }: Pick<FoldInput, 'partition' | 'from' | 'next'>): SubmissionJoin => {
    let known = partitions.get(partition);
    if (!known || from > known.next) {
      known = { next, memory: createMemory(remembered, dedup.of(partition)) };
      partitions.set(partition, known);
    }
    known.next = Math.max(known.next, next);
    return known.memory;
  };
};
