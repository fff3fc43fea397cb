/**
 * Relating: the incidents of two providers that have a campaign or a text in common say so to each other. In: all
 * incidents, and the one that something was found for. Out: both of each pair, told, in place.
 */
import type { Ms } from '../events/event.ts';
import { DETECTION, type Incident, type IncidentChange } from './incident.ts';
import { common } from './kinship.ts';

/** An incident is told of so many others; beyond that number they are a storm. */
const MAX_RELATED = 5;

/**
 * Says it to both, once, when the same campaign or text is in another provider's incident. One that has been told of
 * enough others is left alone: in a storm each would have to be told of all.
 */
export const relate = (incidents: Incident[], changes: IncidentChange[], index: number, at: Ms): void => {
  for (const otherIndex of incidents.keys()) {
    const one = incidents[index];
    const other = incidents[otherIndex];
    if (!one || isRelatedToMany(one)) return;
    if (!other || isRelatedToMany(other) || one.related?.includes(other.id)) continue;
    const shared = common(one, other);
    if (shared === undefined) continue;
    for (const [place, own, related] of [
      [index, one, other],
      [otherIndex, other, one],
    ] as const) {
      const incident: Incident = {
        ...own,
        related: [...(own.related ?? []), related.id],
        revision: own.revision + 1,
      };
      incidents[place] = incident;
      const says = `At ${related.provider} too, with ${shared} of this one: ${related.id}`;
      const cause = 'related';
      changes.push({ kind: cause, cause, incident, says, at, by: DETECTION, from: own.status });
    }
  }
};

const isRelatedToMany = ({ related = [] }: Incident): boolean => related.length >= MAX_RELATED;
