/**
 * What `tocsin drill` asks of a running daemon. GET /v1/drill/alpha?category=marketing: how it stands, and what would
 * hold back a pause of that. POST /v1/drill/alpha: the drill's outcome, for the journal. Nothing is paused or told.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type Config, defaultProvider } from '../config/schema.ts';
import { CATEGORIES, type Clock } from '../events/event.ts';
import { entryOfDrill } from '../incidents/entries.ts';
import type { Journal } from '../incidents/journal.ts';
import { type Against, type Situation, standingAgainst } from '../respond/guardrails.ts';
import { targetOf } from '../respond/target.ts';
import { read } from './control.ts';

export interface DrillView {
  readonly mode: Config['mode'];
  /** Whether this instance is the one that evaluates and acts. */
  readonly leading: boolean;
  /** Why tocsin may be blind; empty when all is well. */
  readonly problems: readonly string[];
  readonly against: readonly Against[];
}

export interface DrillParts {
  readonly config: Config;
  readonly situation: () => Situation;
  readonly leading: () => boolean;
  readonly problems: () => readonly string[];
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
}

const ofProvider = z.object({ provider: z.string().min(1).max(100) });
const ofTarget = z.strictObject({
  category: z.enum(CATEGORIES).optional(),
  campaign: z.string().min(1).max(200).optional(),
});
const outcome = z.strictObject({
  by: z.string().trim().min(1).max(100),
  says: z.string().trim().min(1).max(500),
  /** The steps that failed. */
  failed: z.array(z.string().max(100)).max(100),
});

export const registerDrill = (app: FastifyInstance, parts: DrillParts): void => {
  const { config, clock } = parts;

  app.get('/v1/drill/:provider', async ({ params, query }): Promise<DrillView> => {
    const target = targetOf({ ...read(ofProvider, params), ...read(ofTarget, query) });
    const against = standingAgainst(target, {
      now: clock(),
      config: config.respond,
      mode: config.mode,
      provider: config.providers[target.provider] ?? defaultProvider,
      campaigns: config.campaigns,
      recentPauses: [],
      alsoBad: [],
      ...parts.situation(),
    });
    return { mode: config.mode, leading: parts.leading(), problems: parts.problems(), against };
  });

  app.post('/v1/drill/:provider', async ({ params, body }) => {
    const { provider } = read(ofProvider, params);
    await parts.journal.append([entryOfDrill({ ...read(outcome, body), provider, at: clock() })]);
    return { ok: true };
  });
};
