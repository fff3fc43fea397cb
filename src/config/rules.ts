/**
 * What must agree between the configuration and the secrets before anything starts.
 */
import { nameOf } from './actuators.ts';
import { ConfigError } from './config-error.ts';
import type { Config } from './schema.ts';
import type { Secrets } from './secrets.ts';
import { type Environment, fill, variablesIn } from './template.ts';
import { loadTokens } from './tokens.ts';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Throws `ConfigError` with every rule that does not hold, each with what to do. `env`: for those who carry out orders,
 * the environment that actuators take their secrets from.
 */
export const requireAgreement = (config: Config, secrets: Secrets, env?: Environment): void => {
  const wrong: string[] = [];
  const inSlack = config.notify.slack || config.notify.fallback.some((channel) => 'slack' in channel);
  if (inSlack && !secrets.slackToken) {
    wrong.push('notify: SLACK_BOT_TOKEN is not set; export the bot token (xoxb-...)');
  }
  if ((config.notify.slack?.operators.length ?? 0) > 0 && !secrets.slackSigningSecret) {
    wrong.push(
      'notify.slack.operators: SLACK_SIGNING_SECRET is not set; export the signing secret of the Slack app',
    );
  }
  if (config.intake.kafka?.sasl && !(secrets.kafkaUsername && secrets.kafkaPassword)) {
    wrong.push('intake.kafka.sasl: KAFKA_USERNAME and KAFKA_PASSWORD must both be set');
  }
  if (
    config.redis &&
    !config.redis.url &&
    !config.redis.cluster &&
    !config.redis.sentinel &&
    !secrets.redisUrl
  ) {
    wrong.push('redis: no address; set redis.url, redis.cluster, redis.sentinel or REDIS_URL');
  }
  if (config.redis?.url && /\/\/[^@/]*:[^@/]+@/.test(config.redis.url)) {
    wrong.push('redis.url: a password does not belong in a file; move it to REDIS_PASSWORD or REDIS_URL');
  }
  if (config.redis && !secrets.hmacKey) {
    wrong.push(
      'redis: TOCSIN_HMAC_KEY is not set; phone numbers are hashed with it, and every instance needs the same ' +
        '(for example: openssl rand -hex 32)',
    );
  }
  wrong.push(...tokenFaults(config.live, secrets));
  if (config.respond.controlTopic && !config.intake.kafka) {
    wrong.push('respond.controlTopic: there is no Kafka to put it on; set intake.kafka');
  }
  if (env) wrong.push(...missingVariables(config, env), ...heartbeatFaults(config.notify, env));
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
};

const tokenFaults = (live: Config['live'], secrets: Secrets): string[] => {
  try {
    if (loadTokens(live, secrets).length > 0 || LOOPBACK.has(live.host)) return [];
    return [`live.host: ${live.host} can be reached from outside; set TOCSIN_TOKEN or live.tokensFile`];
  } catch (error) {
    if (error instanceof ConfigError) return [error.message];
    throw error;
  }
};

const heartbeatFaults = ({ heartbeat }: Config['notify'], env: Environment): string[] => {
  if (!heartbeat) return [];
  const missing = variablesIn(heartbeat.url).filter((variable) => !env[variable]);
  if (missing.length > 0) return [`notify.heartbeat.url: not set in the environment: ${missing.join(', ')}`];
  const isAddress = /^https?:$/.test(URL.parse(heartbeatUrl(heartbeat, env))?.protocol ?? '');
  return isAddress ? [] : ['notify.heartbeat.url: is no address of http or https once it is filled in'];
};

/** The heartbeat's address with the environment filled in, after which it may hold a secret: never show it. */
export const heartbeatUrl = ({ url }: NonNullable<Config['notify']['heartbeat']>, env: Environment): string =>
  fill(url, { values: {}, env }, { values: String });

/** Whatever an actuator takes from the environment stands in its settings, since presets' defaults are templates too. */
const missingVariables = (config: Config, env: Environment): string[] =>
  Object.entries(config.providers).flatMap(([name, { actuators }]) =>
    actuators.flatMap((actuator, index) => {
      const missing = variablesIn(JSON.stringify(actuator)).filter((variable) => !env[variable]);
      if (missing.length === 0) return [];
      const where = `providers.${name}.actuators.${index} (${nameOf(actuator)})`;
      return [`${where}: not set in the environment: ${missing.join(', ')}`];
    }),
  );
