/**
 * What `tocsin drill` asks of a running daemon. GET /v1/drill/alpha?category=marketing: how it stands, and what would
 * hold back a pause of that. POST /v1/drill/alpha: the drill's outcome, for the journal. Nothing is paused or told.
 */
import type { FastifyInstance } from 'fastify';
import { fingerprintOf } from '../cluster/agreement.ts';
import { type Config, defaultProvider } from '../config/schema.ts';
import type { Clock } from '../events/event.ts';
import { entryOfDrill } from '../incidents/audit/entries.ts';
import type { Journal } from '../incidents/audit/log.ts';
import { type Against, activeAgainst, type DecisionContext } from '../respond/guardrails.ts';
import { type Target, targetOf } from '../respond/target.ts';
import { giverOf } from './access.ts';
import { read } from './inputs.ts';
import { at, ROUTES } from './routes.ts';

/** How a daemon stands, as a drill is told it. */
export interface DrillView {
  /** The fingerprint of the daemon's configuration: see `configurationOf`. */
  readonly configuration: string;
  readonly mode: Config['mode'];
  /** Whether this instance is the one that evaluates and acts. */
  readonly leading: boolean;
  /** Why tocsin may be blind, in sentences; empty when all is well. */
  readonly problems: readonly string[];
  /** The guardrails that would hold back a pause of the target. */
  readonly against: readonly Against[];
}

/** A fingerprint of a configuration, whatever files were named on the command line. */
export const configurationOf = (config: Config): string =>
  fingerprintOf({ ...config, intake: { ...config.intake, files: [] } });

export interface DrillParts {
  readonly config: Config;
  readonly mode: () => Config['mode'];
  readonly context: () => Pick<DecisionContext, 'active' | 'carriers' | 'sight' | 'handsOff' | 'isChanging'>;
  readonly leading: () => boolean;
  readonly problems: () => readonly string[];
  readonly journal: Pick<Journal, 'append'>;
  readonly clock: Clock;
}

/** Adds GET and POST /v1/drill/:provider. */
export const registerDrill = (app: FastifyInstance, parts: DrillParts): void => {
  const { config, clock } = parts;

  const view = (target: Target): DrillView => {
    const against = activeAgainst(target, {
      now: clock(),
      config: config.respond,
      provider: config.providers[target.provider] ?? defaultProvider,
      campaigns: config.campaigns,
      ...parts.context(),
    });
    const configuration = configurationOf(config);
    return {
      configuration,
      mode: parts.mode(),
      leading: parts.leading(),
      problems: parts.problems(),
      against,
    };
  };

  app.route({
    ...at(ROUTES.drill),
    handler: async ({ params, query }) =>
      view(targetOf({ ...read(ROUTES.drill.params, params), ...read(ROUTES.drill.query, query) })),
  });
  app.route({
    ...at(ROUTES.drilled),
    handler: async (request) => {
      const { provider } = read(ROUTES.drilled.params, request.params);
      const { by, ...outcome } = read(ROUTES.drilled.body, request.body);
      const entry = entryOfDrill({ ...outcome, by: giverOf(request.caller, by), provider, at: clock() });
      await parts.journal.append([entry]);
      return { ok: true };
    },
  });
};
