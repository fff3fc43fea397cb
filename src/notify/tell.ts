/** From what happened to incidents to what the outbox gets. In: changes. Out: notices, worded and addressed. */
import type { Config } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import type { IncidentChange } from '../incidents/incident.ts';
import { mentionsFor } from './mentions.ts';
import { noticesFor, type Wording } from './message.ts';
import type { Notice } from './outbox.ts';

export type Tell = (changes: readonly IncidentChange[]) => Notice[];

export const createTell = ({ config, clock }: { config: Config; clock: Clock }): Tell => {
  const rules = config.notify.slack?.mentions ?? [];
  const { zone } = config.detect;
  return (changes) => {
    const at = clock();
    const wording: Wording = {
      mode: config.mode,
      mention: (severity) => mentionsFor(rules, { severity, at, zone }),
    };
    return changes.flatMap((change) => noticesFor(change, wording));
  };
};
