/**
 * Slack's buttons: POST /v1/slack/interactions.
 * In: signed requests. Out: an empty answer at once, then the order, and its outcome in the incident's thread.
 * It has a guard of its own, Slack's signature; the server's token is not Slack's to show.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../events/event.ts';
import type { ButtonOrders } from '../../respond/buttons.ts';
import { OFFERS } from '../../respond/offers.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Once } from './once.ts';
import { doubtSlack, FRESH } from './signature.ts';

export const INTERACTIONS = '/v1/slack/interactions';
/** The largest payload, in bytes: it repeats the message that it belongs to, twice escaped. */
const MOST = 262_144;
/** An order that waited longer than this for the store, in ms, is not what the person sees any more. */
const LATE = 30_000;
/** How long one answer to Slack may take, in ms. */
const TIMEOUT = 5_000;

const payloadSchema = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string().min(1).max(50), name: z.string().optional() }),
  trigger_id: z.string().min(1).max(200),
  response_url: z.url().optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string().max(50).default(''),
        value: z.string().min(1).max(300).optional(),
        /** What was chosen from a menu; a button has none. */
        selected_option: z.object({ value: z.string().min(1).max(300) }).nullish(),
      }),
    )
    .length(1)
    .transform(([action]) => ({
      action_id: action?.action_id ?? '',
      action_ts: action?.action_ts ?? '',
      incident: action?.selected_option?.value ?? action?.value ?? '',
    })),
});
type Payload = z.output<typeof payloadSchema>;

export interface InteractionParts {
  readonly signingSecret: string;
  /** The Slack ids of the people who may give orders. */
  readonly operators: readonly string[];
  readonly orders: ButtonOrders;
  readonly once: Once;
  /** Puts a line into an incident's thread. */
  readonly say: (incident: string, text: string) => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

export const registerSlackInteractions = (app: FastifyInstance, parts: InteractionParts): void => {
  const { signingSecret, clock, log } = parts;
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: MOST },
      (_request, body, done) => done(null, body),
    );
    scope.post<{ Body: string }>(INTERACTIONS, { bodyLimit: MOST }, async (request, reply) => {
      const body = typeof request.body === 'string' ? request.body : '';
      const asked = clock();
      const doubt = doubtSlack(request.headers, body, { secret: signingSecret, now: asked });
      if (doubt) return reply.code(401).send({ error: doubt });
      const payload = parsed(new URLSearchParams(body).get('payload') ?? '');
      if ('error' in payload) return reply.code(400).send(payload);
      // Slack waits three seconds at most: the order is carried out behind its back.
      reply.code(200).send();
      await carryOut(payload, asked, parts).catch((error) =>
        log.error({ error: messageOf(error) }, 'an order from Slack could not be answered'),
      );
      return reply;
    });
  });
};

const parsed = (text: string): Payload | { readonly error: string } => {
  try {
    const result = payloadSchema.safeParse(JSON.parse(text));
    if (result.success) return result.data;
    const [first] = result.error.issues;
    return { error: `payload.${first?.path.join('.')}: ${first?.message ?? 'invalid'}` };
  } catch {
    return { error: 'payload: no JSON' };
  }
};

const carryOut = async (payload: Payload, asked: number, parts: InteractionParts): Promise<void> => {
  const { operators, orders, once, clock, log } = parts;
  const { user, trigger_id, response_url, actions: action } = payload;
  const answer = (text: string) => answerPerson(response_url, text, log);
  const offer = OFFERS.find((one) => one === action.action_id);
  const order = offer && orders[offer];
  if (!offer || !order) return answer('tocsin does not know this button');
  if (!operators.includes(user.id)) {
    log.warn({ user: user.id, offer }, 'an order from Slack by somebody who may give none');
    return answer('Nothing was done: you are not among notify.slack.operators');
  }
  const by = `slack:${user.id}${user.name ? ` ${cleanName(user.name)}` : ''}`;
  try {
    if (!(await once(`slack:${trigger_id}:${action.action_ts}:${offer}`, 2 * FRESH))) return;
    if (clock() - asked > LATE) return answer('Nothing was done: the store answered too late, press again');
    log.info({ incident: action.incident, offer, by }, 'an order from Slack');
    const said = await order(action.incident, by);
    if (said) await parts.say(action.incident, said);
  } catch (error) {
    const text = `Not done (${offer.replace('_', ' ')}, asked for by ${by}): ${messageOf(error)}`;
    await parts.say(action.incident, text).catch(() => answer(text));
  }
};

/** Answers the person who pressed the button; nobody else sees it. */
const answerPerson = async (url: string | undefined, text: string, log: Logger): Promise<void> => {
  if (!url) return log.warn({ text }, 'Slack gave no address for an answer');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`Slack answered ${response.status}`);
};

/** Leaves only harmless characters of a name, which its owner chose. */
const cleanName = (name: string): string => name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '').slice(0, 50);
