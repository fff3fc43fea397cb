/** What the routes that take events answer when they do not take them. */
import type { FastifyReply } from 'fastify';
import type { BodyProblem } from './body.ts';
import type { QueueOutcome } from './queue.ts';

/** Refuses a request with a status and a problem. */
export const refuse = (reply: FastifyReply, status: number, problem: BodyProblem) =>
  reply.code(status).send(problem);

/** Answers 503 with when to come again, since the store is away: the sender keeps the events. */
export const unavailable = (
  reply: FastifyReply,
  { retryAfter, detail }: QueueOutcome & { kind: 'unavailable' },
) => {
  reply.header('retry-after', String(retryAfter));
  return refuse(reply, 503, { error: 'unavailable', detail });
};
