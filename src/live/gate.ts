/**
 * The gate over HTTP, for senders without Redis: GET /v1/gate/alpha?category=marketing&campaign=spring, once before
 * each message. In: the pauses that stand. Out: {allowed, pause}. One that a trickle lets through has taken its turn.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CATEGORIES, type Clock } from '../events/event.ts';
import { createPassage } from '../respond/passage.ts';
import { read } from './control.ts';
import type { LiveSource } from './feed.ts';

const ofProvider = z.object({ provider: z.string().min(1).max(100) });
const ofMessage = z.strictObject({
  category: z.enum(CATEGORIES).optional(),
  campaign: z.string().min(1).max(200).optional(),
});

export const registerGate = (app: FastifyInstance, source: LiveSource, clock: Clock): void => {
  const passage = createPassage();
  app.get('/v1/gate/:provider', async ({ params, query }) => {
    const message = { ...read(ofProvider, params), ...read(ofMessage, query) };
    const standing = source.state().providers.flatMap(({ pauses }) => pauses);
    const { allowed, paused } = passage(standing, message, clock());
    return { allowed, ...(paused ? { pause: paused } : {}) };
  });
};
