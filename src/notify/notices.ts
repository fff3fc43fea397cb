/**
 * From what happened to incidents to what the outbox gets: an incident's own message, or a line in its storm's.
 * In: changes, and the incidents as they stand. Out: notices, worded and addressed.
 */
import type { Mode } from '../config/mode.ts';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import type { Incident, IncidentChange } from '../incidents/incident.ts';
import { hasPause } from '../incidents/lifecycle.ts';
import { digestNotices } from './digest.ts';
import { noticesFor, type Wording } from './message.ts';
import type { Notice, Outbox } from './outbox/outbox.ts';
import { mentionsFor } from './slack/mentions.ts';
import { type Storm, stormsAmong } from './storms.ts';

export type Notices = (
  changes: readonly IncidentChange[],
  incidents: readonly Incident[],
) => Promise<Notice[]>;

export const createNotices = (parts: {
  config: Config;
  outbox: Pick<Outbox, 'has'>;
  clock: Clock;
  mode: () => Mode;
}): Notices => {
  const { config, outbox, clock } = parts;
  const rules = config.notify.slack?.mentions ?? [];
  const { zone } = config.detect;

  return async (changes, incidents) => {
    const at = clock();
    const wording: Wording = {
      mode: parts.mode(),
      mention: (severity) => mentionsFor(rules, { severity, at, zone }),
    };
    const storms = stormsAmong(incidents, config.notify.digest);
    const notices: Notice[] = [];
    const own = new Set<string>();
    const folded = new Map<Storm, IncidentChange[]>();
    for (const change of changes) {
      const { incident } = change;
      const storm = storms.get(incident.id);
      if (!storm || isTakenUp(incident) || own.has(incident.id) || (await outbox.has(incident.id))) {
        own.add(incident.id);
        notices.push(...noticesFor(change, wording));
      }
      if (storm) {
        const lines = own.has(incident.id) ? [] : [change];
        const known = [...folded].find(([{ id }]) => id === storm.id);
        if (known) known[1].push(...lines);
        else folded.set(storm, lines);
      }
    }
    return [...notices, ...[...folded].flatMap(([storm, lines]) => digestNotices(storm, lines, wording))];
  };
};

/** What a person took up, and what is critical and was stopped, gets a thread of its own even in a storm. */
const isTakenUp = ({ status, severity, actions }: Incident): boolean =>
  status === 'acknowledged' || (severity === 'critical' && hasPause(actions));
