/** What the configuration may leave out: each answers undefined when it is not asked for. */

import type { Logger } from 'pino';
import { heartbeatUrl } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { createHeartbeat, type Heartbeat } from '../health/heartbeat.ts';
import { kafkaCredentials } from '../intake/kafka/client.ts';
import { type ControlTopic, createControlTopic } from '../respond/actuators/kafka-topic.ts';
import type { Lifecycle } from '../runtime/lifecycle.ts';

/** Opens the topic that says what is paused, for senders that read Kafka. */
export const openControlTopic = (parts: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}): ControlTopic | undefined => {
  const { intake, respond } = parts.config;
  if (!intake.kafka || !respond.controlTopic) return undefined;
  const controlTopic = createControlTopic({
    topic: respond.controlTopic,
    config: intake.kafka,
    credentials: kafkaCredentials(parts.secrets),
    log: parts.log,
  });
  parts.lifecycle.push({
    name: 'control topic',
    stop: controlTopic.close,
    within: 1_000,
    otherwise: 'its last record may be missing; the next instance to lead finishes what was ordered',
  });
  return controlTopic;
};

/** The dead man's switch: beats for as long as this instance evaluates and sees. */
export const heartbeatOf = (
  config: Config,
  parts: { readonly env: NodeJS.ProcessEnv; readonly isWell: () => boolean; readonly log: Logger },
): Heartbeat | undefined => {
  const settings = config.notify.heartbeat;
  if (!settings) return undefined;
  return createHeartbeat({ url: heartbeatUrl(settings, parts.env), settings, ...parts });
};

/** Whose orders are taken by buttons in Slack, and how they are told from anybody else's. */
export interface SlackButtons {
  readonly signingSecret: string;
  readonly operators: readonly string[];
}

/** There are buttons only with both a signing secret and somebody who may press them. */
export const slackButtonsOf = (
  { notify }: Config,
  { slackSigningSecret: signingSecret = '' }: Secrets,
): SlackButtons | undefined => {
  const operators = notify.slack?.operators ?? [];
  return signingSecret === '' || operators.length === 0 ? undefined : { signingSecret, operators };
};
