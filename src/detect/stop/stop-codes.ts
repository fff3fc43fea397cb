/**
 * Codes that texts name for STOP, and at which nothing arrives. In: marketing that named a code, and what was received
 * there, in blocks of ten minutes that are half an hour old, so that answers had their time. Out: codes that are dead.
 *
 * Anything that arrives is a sign of life; expected are the answers that ask for STOP, since others come to a code for
 * other reasons. Their share is learned between one answer and the next: for all codes together, from a prior worth a
 * thousand messages, and for each from that. What nobody has answered teaches nothing, so that a dead code does not
 * make itself expected. The true share of what is sent now is taken as gamma around the learned one, with the shape of
 * the evidence but no more than MOST_SHAPE, since one text is answered more than another; so the probability that
 * nobody answers where mu were expected is (1 + mu / shape)^-shape, which is exp(-mu) where the share is certain.
 *
 * Said only of a provider through which answers arrive at all: a stream may have none.
 */
import type { LearnedKind } from '../learning/learned.ts';
import type { Counts } from '../series/view-port.ts';

export interface CodeState {
  /** Messages that named the code since something last arrived there, and the second from which they are counted. */
  open: number;
  since: number;
  /** Answers that asked for STOP, and the messages they followed. */
  replies: number;
  base: number;
  /** Whether anything ever arrived there. */
  heard: boolean;
  /** When the code was last used, in epoch seconds. */
  last: number;
}

export interface StopState {
  /** The last block learned, as epoch seconds / 600. */
  through: number;
  /** The second in which somebody who had asked was last taken off the base; 0 before. */
  recorded: number;
  readonly codes: Record<string, CodeState>;
}

export const STOP_STATES: LearnedKind<StopState> = {
  name: 'stop',
  days: 100,
  most: 1_000,
  seenAt: ({ through }) => through * BLOCK,
};

/** One code of a provider, with its counts at hand. */
export interface Code {
  readonly code: string;
  readonly named: Counts;
  /** Whatever phones wrote to the code, and the part of it that asks for STOP. */
  readonly arrived: Counts;
  readonly asked: Counts;
  /** Opt-outs that the provider reports: it may keep the answers to itself. */
  readonly reported: Counts;
}

export interface Silent {
  /** When messages began to go unanswered, in epoch seconds. */
  readonly since: number;
  readonly messages: number;
  readonly expected: number;
  readonly surprise: number;
}

const BLOCK = 600;
/** Most answers come within minutes; a block is learned this many seconds after its end. */
const LEARN_AFTER = 1_800;
/** How far back the windows hold counts, in seconds. */
const HELD = 3_900;
const PRIOR = { share: 0.003, weight: 1_000 } as const;
const LEAST_SHAPE = 4;
const MOST_SHAPE = 8;
/** How people answer changes: beyond twice so many answers of a code, the older ones weigh less. */
const REMEMBERED = 200;
/** The most codes remembered of a provider; of more, the one unused for longest goes. */
const MOST_CODES = 100;
/** In nats: silence that chance brings once in a hundred thousand times is told. */
const THRESHOLD = Math.log(100_000);
/** In seconds: nothing is said of a code sooner after the first messages that name it. */
const YOUNG = 3_600;

export const newStop = (): StopState => ({ through: -1, recorded: 0, codes: {} });
const newCode = (): CodeState => ({ open: 0, since: 0, replies: 0, base: 0, heard: false, last: 0 });

/** The share of messages that are answered by STOP, over all codes of all providers. */
export const shareOfAll = (states: Iterable<StopState>): number => {
  let replies = PRIOR.share * PRIOR.weight;
  let base: number = PRIOR.weight;
  for (const { codes } of states) {
    for (const one of Object.values(codes)) {
      replies += one.replies;
      base += one.base;
    }
  }
  return replies / base;
};

/** Learns the blocks that are half an hour old by `at`. Changes `state`. */
export const learnCodes = (state: StopState, codes: readonly Code[], at: number, share: number): void => {
  const newest = Math.floor((at - LEARN_AFTER) / BLOCK) - 1;
  if (state.through < 0) state.through = newest - 1;
  while (state.through < newest) {
    state.through += 1;
    // The windows do not hold blocks that lie further back.
    if (newest - state.through > 1) continue;
    const from = state.through * BLOCK;
    for (const one of codes) learnBlock(state, one, { from, to: from + BLOCK - 1, share });
  }
};

const learnBlock = (
  state: StopState,
  { code, named, arrived, asked }: Code,
  { from, to, share }: { from: number; to: number; share: number },
): void => {
  const messages = named.sum(from, to);
  const sign = arrived.sum(from, to) > 0;
  if (messages === 0 && !sign) return;
  const one = state.codes[code] ?? newCode();
  state.codes[code] = one;
  one.last = to;
  forgetLongestUnused(state.codes);
  if (one.open === 0) one.since = from;
  one.open += messages;
  if (!sign) return;
  // A code that was dead says nothing about how people answer.
  if (one.open > 0 && judge(one, share).surprise < THRESHOLD) {
    one.replies += asked.sum(from, to);
    one.base += one.open;
  }
  if (one.replies > 2 * REMEMBERED) {
    one.base *= REMEMBERED / one.replies;
    one.replies = REMEMBERED;
  }
  one.open = 0;
  one.heard = true;
};

const forgetLongestUnused = (codes: Record<string, CodeState>): void => {
  const names = Object.keys(codes);
  if (names.length <= MOST_CODES) return;
  const last = (name: string) => codes[name]?.last ?? 0;
  delete codes[names.reduce((oldest, name) => (last(name) < last(oldest) ? name : oldest))];
};

const judge = (one: CodeState, share: number): { expected: number; surprise: number } => {
  const own = (one.replies + share * PRIOR.weight) / (one.base + PRIOR.weight);
  const shape = Math.min(MOST_SHAPE, LEAST_SHAPE + one.replies);
  const expected = own * one.open;
  return { expected, surprise: shape * Math.log1p(expected / shape) };
};

/** Answers how silent a code is that is dead, undefined for one that is not. `share` is what `shareOfAll` answers. */
export const findSilentCode = (
  state: StopState,
  { code, arrived, reported }: Code,
  { at, share }: { readonly at: number; readonly share: number },
): Silent | undefined => {
  const one = state.codes[code];
  if (!one || at - one.since < YOUNG) return undefined;
  if (!Object.values(state.codes).some(({ heard }) => heard)) return undefined;
  const { expected, surprise } = judge(one, share);
  if (surprise < THRESHOLD || arrived.sum(at - HELD + 1, at) + reported.sum(at - HELD + 1, at) > 0)
    return undefined;
  return { since: one.since, messages: one.open, expected, surprise };
};
