/** What a person may do about an incident from its message: what is offered depends on where the incident stands. Pure. */
import type { Incident } from '../incidents/incident.ts';
import { hasPause } from '../incidents/lifecycle.ts';

export const OFFERS = ['acknowledge', 'resume', 'keep_paused', 'hands_off', 'mute'] as const;
export type Offer = (typeof OFFERS)[number];

/** What is offered, in the order of the buttons; empty when nothing is left to do. */
export const offersFor = ({ status, actions }: Incident): readonly Offer[] => {
  const over = status === 'resolved';
  const paused = hasPause(actions);
  return [
    ...(status === 'open' ? (['acknowledge'] as const) : []),
    ...(paused ? (['resume', 'keep_paused'] as const) : []),
    ...(over ? [] : (['hands_off', 'mute'] as const)),
  ];
};
