/**
 * The faults that a provider may have, and what must come of each. In: the time of day. Out: what it sends, from how
 * many of its messages on the fault is proved, and whether it is then paused or told of.
 */
import type { Fact } from '../support/two-providers.ts';
import { person } from '../support/two-providers.ts';

export type Message = Pick<Fact, 'to' | 'text' | 'category' | 'campaign' | 'order'>;

export interface FaultKind {
  readonly name: string;
  /** Whether it is one in forbidden hours alone. */
  readonly byNight: boolean;
  /** How many such messages it sends a second. */
  readonly rate: number;
  /** The n-th of them. */
  message(n: number): Message;
  /** Behind so many of them that could be read it is proved: an incident is due, and a pause if it is to be paused. */
  readonly provedBy: { readonly found: number; readonly paused?: number };
}

const SOAP = 'Profitez d’un soin offert lors de votre prochaine visite. STOP 36200';
const marketing = { category: 'marketing', campaign: 'soin' } as const;

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'same people by night',
    byNight: true,
    rate: 4,
    message: (n) => ({ to: person(n % 60), text: SOAP, ...marketing }),
    provedBy: { found: 40, paused: 60 },
  },
  {
    name: 'new people by night',
    byNight: true,
    rate: 4,
    message: (n) => ({ to: person(n), text: SOAP, ...marketing }),
    provedBy: { found: 40, paused: 60 },
  },
  {
    name: 'same people by day',
    byNight: false,
    rate: 4,
    message: (n) => ({ to: person(n % 60), text: SOAP, ...marketing }),
    provedBy: { found: 40, paused: 240 },
  },
];

/** A fault of one provider, as it is drawn for a run. */
export interface Fault {
  readonly kind: FaultKind;
  readonly provider: string;
  readonly from: number;
  readonly until: number;
}
