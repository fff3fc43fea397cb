/**
 * Events over HTTP: POST /v1/events takes one event, an array of them, or NDJSON.
 * In: a request. Out: one raw batch a request, in the order of their arrival, and an answer that says of each record
 * that was set aside which and why.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { refuse, unavailable } from './answers.ts';
import { type BodyKind, type BodyProblem, isProblem, recordsOf } from './body.ts';
import type { HttpQueue } from './queue.ts';

export interface EventIntakeOptions {
  readonly queue: HttpQueue;
  /** The largest body taken, in bytes. */
  readonly maxBody: number;
  /** The longest record taken, in bytes. */
  readonly maxRecord: number;
  /** Who may send; absent, whoever reaches the port may. */
  readonly authorize?: (request: FastifyRequest) => boolean | Promise<boolean>;
}

/** How a body is read, by its content type. */
const KINDS: ReadonlyArray<readonly [type: string, kind: BodyKind]> = [
  ['application/json', 'json'],
  ['application/cloudevents+json', 'json'],
  ['application/cloudevents-batch+json', 'json'],
  ['application/x-ndjson', 'lines'],
  ['text/plain', 'lines'],
];

interface Body {
  readonly kind: BodyKind;
  readonly bytes: Buffer;
}

/** Adds POST /v1/events. Answers 202 with what was taken, 400, 401, 413, 415, and 503 when the store is away. */
export const registerEventIntake = (app: FastifyInstance, options: EventIntakeOptions): void => {
  const { queue, maxBody, maxRecord, authorize } = options;

  const take = async (request: FastifyRequest, reply: FastifyReply) => {
    const { kind, bytes } = (request.body as Body | undefined) ?? { kind: 'json', bytes: Buffer.alloc(0) };
    const read = recordsOf(bytes, kind, maxRecord);
    if (isProblem(read)) return refuse(reply, 400, read);
    const outcome = await queue.send(read.map((record) => record.value));
    if (outcome.kind === 'unavailable') {
      return unavailable(reply, outcome);
    }
    const rejected = outcome.rejected.map(({ position, reason, detail }) => ({
      index: read[position]?.index ?? position,
      reason,
      detail,
    }));
    return reply.code(202).send({ accepted: read.length - rejected.length, rejected });
  };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    for (const [type, kind] of KINDS)
      scope.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit: maxBody }, (_request, bytes, done) => {
        done(null, { kind, bytes } as Body);
      });
    scope.setErrorHandler<Error & { statusCode?: number }>((error, request, reply) => {
      const problem = PROBLEMS[error.statusCode ?? 500];
      if (problem && error.statusCode) return refuse(reply, error.statusCode, problem(maxBody));
      request.log.error({ err: error }, 'POST /v1/events failed');
      return refuse(reply, 500, { error: 'internal', detail: 'The events could not be taken.' });
    });
    scope.post('/v1/events', {
      bodyLimit: maxBody,
      onRequest: async (request, reply) => {
        if (!authorize || (await authorize(request))) return;
        return refuse(reply, 401, {
          error: 'unauthorized',
          detail: 'This endpoint wants to know who sends.',
        });
      },
      handler: take,
    });
  });
};

const PROBLEMS: Readonly<Record<number, (maxBody: number) => BodyProblem>> = {
  400: () => ({ error: 'bad_request', detail: 'The request cannot be read; its length may be wrong.' }),
  413: (maxBody) => ({
    error: 'too_large',
    detail: `The body is larger than ${maxBody} bytes: send it in parts.`,
  }),
  415: () => ({
    error: 'unsupported_type',
    detail: `The content type must be one of ${KINDS.map(([type]) => type).join(', ')}, and not compressed.`,
  }),
};
