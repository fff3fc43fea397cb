/**
 * The doors: everything that is reached over HTTP, on one port. In: what watchers see, and the parts that take events,
 * orders and questions. Out: the server. Put together here so that the composition root stays readable.
 */
import type { Logger } from 'pino';
import type { Mode } from '../config/mode.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { loadTokens } from '../config/tokens.ts';
import type { Clock } from '../events/event.ts';
import type { Intake } from '../intake/intake.ts';
import { registerAudit } from '../live/audit.ts';
import { registerDrill } from '../live/drill.ts';
import type { LiveSource } from '../live/feed.ts';
import { registerProbe } from '../live/probe.ts';
import { createAudit } from '../live/record.ts';
import { createLiveServer, type LiveServer } from '../live/server.ts';
import { registerSlackInteractions } from '../notify/slack/interactions.ts';
import type { DecisionContext } from '../respond/guardrails.ts';
import type { Operators } from '../respond/manual.ts';
import type { View } from '../windows/view.ts';
import type { State } from './state.ts';

export interface HttpParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly state: Pick<State, 'journal' | 'outbox' | 'once'>;
  readonly source: LiveSource;
  readonly intake: Pick<Intake, 'register'>;
  readonly view: View;
  readonly mode: () => Mode;
  readonly context: () => DecisionContext;
  readonly leading: () => boolean;
  readonly problems: () => readonly string[];
  /** Whose orders come in by Slack; absent: there are no buttons. */
  readonly slack: { readonly signingSecret: string; readonly operators: readonly string[] } | undefined;
  readonly buttons: Operators['buttons'];
  /** There is something new in the outbox. */
  readonly wake: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export const createHttp = (parts: HttpParts): LiveServer => {
  const { config, secrets, state, slack, clock, log } = parts;
  const { journal, outbox, once } = state;
  /** The answer to a button, which no mute holds back. */
  const say = async (incident: string, text: string) => {
    await outbox.put([{ incident, kind: 'reply', text, severity: 'warning', mute: 'passes' }]);
    parts.wake();
  };
  return createLiveServer({
    source: parts.source,
    config: config.live,
    tokens: loadTokens(config.live, secrets),
    audit: createAudit({ journal, log }),
    clock,
    log,
    register: (app) => {
      parts.intake.register(app);
      registerProbe(app, { probe: config.probe.stop, view: parts.view });
      registerAudit(app, journal);
      const { mode, context, leading, problems } = parts;
      registerDrill(app, { config, mode, context, leading, problems, journal, clock });
      if (slack) registerSlackInteractions(app, { ...slack, orders: parts.buttons, once, say, clock, log });
    },
  });
};
