/**
 * Announcements over HTTP: POST /v1/announcements says that a campaign is planned, so that its burst is expected.
 * In: {campaign, provider?, start, end, audience, id?}. Out: an `announced` event in line with all others, and its id.
 */
import type { FastifyInstance } from 'fastify';
import { toMs } from '../../events/dates.ts';
import type { Clock, Ms } from '../../events/event.ts';
import { isObject } from '../../events/json.ts';
import type { Parsed } from '../../events/shape.ts';
import { refuse as refusal, toEvent } from '../../events/shape.ts';
import { refuse, unavailable } from './answers.ts';
import type { HttpQueue } from './queue.ts';

/** Adds POST /v1/announcements. Answers 202 with the id, 400, 415, and 503 when the store is away. */
export const registerAnnouncements = (
  app: FastifyInstance,
  { queue, clock }: { queue: HttpQueue; clock: Clock },
): void => {
  app.register(async (scope) => {
    // A plain form of another site cannot send JSON without asking first, so only JSON is taken.
    scope.removeContentTypeParser('text/plain');
    scope.post('/v1/announcements', async (request, reply) => {
      const parsed = announcedBy(request.body, clock());
      if (!parsed.ok) return refuse(reply, 400, { error: parsed.reason, detail: parsed.detail });
      const outcome = await queue.send([Buffer.from(JSON.stringify(parsed.event))]);
      if (outcome.kind === 'unavailable') {
        return unavailable(reply, outcome);
      }
      const [rejected] = outcome.rejected;
      if (rejected) return refuse(reply, 400, { error: rejected.reason, detail: rejected.detail });
      return reply.code(202).send({ id: parsed.event.id });
    });
  });
};

const FIELDS: ReadonlySet<string> = new Set(['campaign', 'provider', 'start', 'end', 'audience', 'id']);

/** The event of an announcement. A misspelt field is refused: without its provider, any might send the campaign. */
const announcedBy = (body: unknown, now: Ms): Parsed => {
  if (!isObject(body)) return refusal('not_an_object', 'The body must be a JSON object: one announcement.');
  const unknown = Object.keys(body).find((field) => !FIELDS.has(field));
  if (unknown !== undefined)
    return refusal('bad_field', `${unknown.slice(0, 50)} is no field of an announcement.`);
  // The id has the start as an instant, however it is written, so that announced again it is the same campaign.
  const id = body.id ?? `${body.campaign}@${toMs(body.start)}`;
  return toEvent({ ...body, id, type: 'announced', at: now });
};
