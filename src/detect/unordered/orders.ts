/**
 * Orders: messages that nobody asked for, by four signs. Without an order, at a provider whose messages nearly always
 * carry one; without the submission of its id, where submissions are remembered; a report on such a message, at a
 * provider that only reports; an order that goes to the same person a second time. A queue emptied after an outage
 * shows none of them: its messages still carry their orders, and their submissions are remembered.
 *
 * Each sign is a share (shares.ts), taken to be that of all messages until learned otherwise. Where it is that of
 * most, as with ids that differ, the sign sees nothing and says nothing; only where it hardly ever shows is it strong.
 */
import type { Counts } from '../series/view-port.ts';
import { isSettled, type ShareSettings, type ShareState, shareOf } from '../statistics/shares.ts';

export const SIGNS = ['order', 'submission', 'report', 'twice'] as const;
export type OrderSign = (typeof SIGNS)[number];

/** A thousand messages with an order leave two in a hundred without. */
export const SIGN_SETTINGS: ShareSettings = { prior: 1, weight: 20, lag: 0, kappa: 0.0004 };
/** The share of a sign is known after so many messages. */
const KNOWN = 1_000;
const HARDLY_EVER = 0.02;
const MOSTLY = 0.5;
/** Submissions come out of order by so much, in seconds. */
const OUT_OF_ORDER = 60;

/** How well a sign tells one message from another: `clear` can be strong. */
export type Clarity = 'blind' | 'dim' | 'clear';

export const clarityOf = (state: ShareState | undefined): Clarity => {
  if (!state || state.base < KNOWN) return 'blind';
  const share = shareOf(state, SIGN_SETTINGS);
  if (share > MOSTLY) return 'blind';
  return share <= HARDLY_EVER && isSettled(state) ? 'clear' : 'dim';
};

/** Whether what is sent now is told apart by submissions: they are not while the memory is young. */
export const isJudged = (judged: Counts, sent: Counts, at: number): boolean =>
  judged.sum(at - 299, at) >= 0.5 * sent.sum(at - 299, at);

/**
 * Until when a sign's messages must have stood out to be strong: a submission may come up to a minute after its
 * message, and is then taken off.
 */
export const mustStandAt = (sign: OrderSign, at: number): number =>
  sign === 'submission' || sign === 'report' ? at - OUT_OF_ORDER : at;
