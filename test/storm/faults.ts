/**
 * The faults that a provider may have, and what must come of each; and what looks like one and is none. In: the second
 * since it began. Out: what is sent then. With each stands from how many of its messages on it is proved.
 */
import { person } from '../support/two-providers.ts';

/** What happens in one second, `after` ms into it. */
export type Deed =
  | {
      readonly kind: 'message';
      readonly after: number;
      readonly to: string;
      readonly text: string;
      readonly category: 'marketing' | 'transactional';
      readonly campaign?: string;
      /** Whether we asked for it: then it is submitted first, and carries its order. */
      readonly isOrdered: boolean;
    }
  | { readonly kind: 'answer'; readonly after: number; readonly from: string; readonly text: string }
  | {
      readonly kind: 'announcement';
      readonly after: number;
      readonly campaign: string;
      /** In so many ms. */
      readonly begins: number;
      readonly lasts: number;
      readonly audience: number;
    };

export type Due = 'found' | 'paused';

/** What is proved by: so many messages sent, or so many that were to be expected and did not come. */
export interface Proof {
  readonly sent?: number;
  readonly missing?: number;
}

export interface FaultKind {
  readonly name: string;
  /** The hours in which it is a fault. */
  readonly when: 'day' | 'night' | 'any';
  /** Whether what the provider sends else goes on. */
  readonly isSilent?: true;
  readonly severity: 'warning' | 'critical';
  deeds(second: number): readonly Deed[];
  /** A kind without a proof of the pause must not be paused, unless it may be. */
  readonly proof: Readonly<Partial<Record<Due, Proof>>>;
  readonly mayBePaused?: true;
}

const SOAP = 'Profitez d’un soin offert lors de votre prochaine visite. STOP 36200';
const marketing = { category: 'marketing', campaign: 'soin', text: SOAP, isOrdered: false } as const;

/** So many messages in each second. */
const perSecond =
  (rate: number, one: (n: number) => Omit<Extract<Deed, { kind: 'message' }>, 'kind' | 'after'>) =>
  (second: number): Deed[] =>
    Array.from({ length: rate }, (_, step) => ({
      kind: 'message',
      after: Math.floor((step * 1_000) / rate),
      ...one(second * rate + step),
    }));

/** The messages of a provider that sends some at once, and nothing more. */
const LUMP = 48;
/** People who have asked for STOP, and so long after the first of them it is no excuse that messages were on their way. */
const ASKED = 30;
const GRACE = 340;

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: 'same people by night',
    when: 'night',
    severity: 'critical',
    deeds: perSecond(4, (n) => ({ to: person(n % 60), ...marketing })),
    proof: { found: { sent: 7 }, paused: { sent: 21 } },
  },
  {
    name: 'new people by night',
    when: 'night',
    severity: 'critical',
    deeds: perSecond(4, (n) => ({ to: person(n), ...marketing })),
    proof: { found: { sent: 7 }, paused: { sent: 21 } },
  },
  {
    // It is over before anybody could act; whether there is still a reason to pause is a matter of seconds.
    name: 'one lump by night',
    when: 'night',
    severity: 'critical',
    deeds: (second) => (second === 0 ? perSecond(LUMP, (n) => ({ to: person(n), ...marketing }))(0) : []),
    proof: { found: { sent: LUMP } },
    mayBePaused: true,
  },
  {
    name: 'same people by day',
    when: 'day',
    severity: 'critical',
    deeds: perSecond(4, (n) => ({ to: person(n % 60), ...marketing })),
    proof: { found: { sent: 21 }, paused: { sent: 92 } },
  },
  {
    name: 'new people by day',
    when: 'day',
    severity: 'critical',
    deeds: perSecond(4, (n) => ({ to: person(n), ...marketing })),
    proof: { found: { sent: 21 } },
  },
  {
    name: 'the same reminder',
    when: 'any',
    severity: 'critical',
    deeds: perSecond(4, (n) => ({
      to: person(n % 20),
      text: 'Rendez-vous confirmé à 9 h',
      category: 'transactional',
      isOrdered: false,
    })),
    proof: { found: { sent: 21 }, paused: { sent: 92 } },
  },
  {
    name: 'a broken text',
    when: 'day',
    severity: 'critical',
    deeds: perSecond(3, (n) => ({
      to: person(n),
      text: 'Bonjour {{prenom}}, votre soin offert. STOP 36200',
      category: 'marketing',
      campaign: 'soin',
      isOrdered: true,
    })),
    proof: { found: { sent: 20 } },
  },
  {
    name: 'STOP is not heeded',
    when: 'day',
    severity: 'warning',
    deeds: (second) => {
      if (second < ASKED) return [{ kind: 'answer', after: 0, from: person(second), text: 'STOP' }];
      if (second < GRACE || second % 2 === 1) return [];
      const n = (second - GRACE) / 2;
      return [{ kind: 'message', after: 0, to: person(n % ASKED), ...marketing, isOrdered: true }];
    },
    proof: { found: { sent: 6 } },
  },
  {
    name: 'silence',
    when: 'any',
    isSilent: true,
    severity: 'warning',
    deeds: () => [],
    proof: { found: { missing: 110 } },
  },
];

/** A fault of one provider, as it is drawn for a run. */
export interface Fault {
  readonly kind: FaultKind;
  readonly provider: string;
  readonly from: number;
  readonly until: number;
}

/** How long an announced campaign takes, in seconds. */
export const CAMPAIGN = 90;

/** What tells of a campaign that begins in so many ms. */
export const announcementOf = (begins: number): Deed => {
  const lasts = 2_000 * CAMPAIGN;
  return { kind: 'announcement', after: 0, campaign: 'automne', begins, lasts, audience: 5 * CAMPAIGN };
};

/** A campaign that was announced and ordered: many messages at once, and nothing wrong. */
export const campaignDeeds = (second: number): readonly Deed[] => {
  if (second >= CAMPAIGN) return [];
  return perSecond(5, (n) => ({
    to: person(500_000 + n),
    text: 'Nos soins d’automne vous attendent. STOP 36200',
    category: 'marketing',
    campaign: 'automne',
    isOrdered: true,
  }))(second);
};
