/** The life of an incident as a table: what may happen to it, and where that leads. Pure. */

/**
 * mitigating: a pause is ordered or under way, and not seen to bite yet. mitigated: the stream shows that it bites.
 * Neither ends by quiet, which is what a pause brings: first the pause ends.
 */
export type IncidentStatus = 'open' | 'acknowledged' | 'mitigating' | 'mitigated' | 'resolved';

/** bites, leaks: what the stream says of a pause. quiet: no finding for long enough. return: findings again. */
export type Trigger = 'acknowledge' | 'pause' | 'bites' | 'leaks' | 'resume' | 'quiet' | 'return';

/** Why something may not happen to an incident. */
export type Illegal = 'already_acknowledged' | 'not_paused' | 'paused' | 'not_resolved' | 'resolved';

// biome-ignore format: a table
export const TRANSITIONS: ReadonlyArray<readonly [from: IncidentStatus, trigger: Trigger, to: IncidentStatus]> = [
  ['open',         'acknowledge', 'acknowledged'],
  ['open',         'pause',       'mitigating'],
  ['open',         'resume',      'open'],
  ['open',         'quiet',       'resolved'],

  ['acknowledged', 'pause',       'mitigating'],
  ['acknowledged', 'resume',      'acknowledged'],
  ['acknowledged', 'quiet',       'resolved'],

  ['mitigating',   'acknowledge', 'mitigating'],
  ['mitigating',   'pause',       'mitigating'],
  ['mitigating',   'bites',       'mitigated'],
  ['mitigating',   'leaks',       'mitigating'],
  ['mitigating',   'resume',      'open'],

  ['mitigated',    'acknowledge', 'mitigated'],
  ['mitigated',    'pause',       'mitigating'],
  ['mitigated',    'bites',       'mitigated'],
  ['mitigated',    'leaks',       'mitigating'],
  ['mitigated',    'resume',      'open'],

  ['resolved',     'return',      'open'],
];

/** Where a trigger leads from a status, or why it may not happen there. */
export const move = (
  from: IncidentStatus,
  trigger: Trigger,
): { readonly to: IncidentStatus } | { readonly refused: Illegal } => {
  const found = TRANSITIONS.find(([start, name]) => start === from && name === trigger);
  if (found) return { to: found[2] };
  if (trigger === 'return') return { refused: 'not_resolved' };
  if (from === 'resolved') return { refused: 'resolved' };
  if (trigger === 'quiet') return { refused: 'paused' };
  return { refused: trigger === 'acknowledge' ? 'already_acknowledged' : 'not_paused' };
};
