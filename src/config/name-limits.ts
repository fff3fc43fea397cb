/** Which kinds of names from outside are told apart, and how many of each by default. */

/** The kinds of names: codes are those of STOP, periods are what usage events bill for. */
export const KINDS = ['providers', 'campaigns', 'senders', 'errors', 'codes', 'periods'] as const;

export type NameKind = (typeof KINDS)[number];

export type NameLimits = Readonly<Record<NameKind, number>>;

/** How many names of a kind are told apart by default. */
export const NAME_LIMITS: NameLimits = {
  providers: 50,
  campaigns: 500,
  senders: 50,
  errors: 50,
  codes: 50,
  periods: 500,
};
