/**
 * Everything that is reached over HTTP, on one port. In: what watchers see, and the parts that take events, orders and
 * questions. Out: the server, which does not listen yet.
 */
import type { Logger } from 'pino';
import type { Mode } from '../config/mode.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { loadTokens } from '../config/tokens.ts';
import type { Clock } from '../events/event.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Intake } from '../intake/intake.ts';
import { registerAudit } from '../live/audit.ts';
import { type DrillParts, registerDrill } from '../live/drill.ts';
import type { LiveSource } from '../live/feed.ts';
import { registerProbe } from '../live/probe.ts';
import { createAudit } from '../live/record.ts';
import { createLiveServer, type LiveServer } from '../live/server.ts';
import type { Outbox } from '../notify/outbox/outbox.ts';
import { registerSlackInteractions } from '../notify/slack/interactions.ts';
import type { Once } from '../notify/slack/once.ts';
import type { Operators } from '../respond/manual.ts';
import type { View } from '../windows/view.ts';
import type { SlackButtons } from './edges.ts';

export interface HttpParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly journal: Journal;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly once: Once;
  readonly source: LiveSource;
  readonly intake: Pick<Intake, 'register'>;
  readonly view: View;
  readonly mode: () => Mode;
  readonly context: DrillParts['context'];
  readonly leading: () => boolean;
  readonly problems: () => readonly string[];
  /** Whose orders come in by Slack, and what they do; absent: there are no buttons. */
  readonly slack: (SlackButtons & { readonly orders: Operators['buttons'] }) | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export const createHttp = (parts: HttpParts): LiveServer => {
  const { config, secrets, journal, outbox, once, slack, clock, log } = parts;
  /** Answers whoever pressed a button; no mute holds that back. */
  const say = (incident: string, text: string) =>
    outbox.put([{ incident, kind: 'reply', text, severity: 'warning', mute: 'passes' }]);
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
      if (slack) registerSlackInteractions(app, { ...slack, once, say, clock, log });
    },
  });
};
