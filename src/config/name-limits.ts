/** Which kinds of names from outside are told apart, and how many of each by default. */

export const KINDS = ['providers', 'campaigns', 'senders', 'errors', 'codes', 'periods'] as const;

export type NameKind = (typeof KINDS)[number];

export type NameLimits = Readonly<Record<NameKind, number>>;

/** periods: what usage events bill for. codes: of STOP. */
export const NAME_LIMITS: NameLimits = {
  providers: 50,
  campaigns: 500,
  senders: 50,
  errors: 50,
  codes: 50,
  periods: 500,
};
