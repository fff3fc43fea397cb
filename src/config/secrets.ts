/**
 * Secrets: from the environment alone, never from a file, never printed.
 */

export interface Secrets {
  /** TOCSIN_HMAC_KEY: keys the hashes of phone numbers. All instances on one Redis need the same. */
  readonly hmacKey?: string;
  /** TOCSIN_TOKEN: what operators and senders show to the HTTP API, the same for all; see tokens.ts. */
  readonly token?: string;
  /** TOCSIN_VIEWER_TOKEN: what people show to the HTTP API who may look and give no orders. */
  readonly viewerToken?: string;
  /** TOCSIN_TOKENS: people's own tokens, as in live.tokensFile, with commas or line ends between them. */
  readonly tokens?: string;
  /** SLACK_BOT_TOKEN: with it messages are posted in Slack. */
  readonly slackToken?: string;
  /** SLACK_SIGNING_SECRET: proves that a press of a button comes from Slack. */
  readonly slackSigningSecret?: string;
  /** TOCSIN_WEBHOOK_SECRET: signs what goes to the webhooks of notify.fallback. */
  readonly webhookSecret?: string;
  /** REDIS_URL: where Redis is when the configuration has `redis` without an address. */
  readonly redisUrl?: string;
  /** REDIS_PASSWORD: what Redis asks for, its nodes and its Sentinels' master alike. */
  readonly redisPassword?: string;
  /** KAFKA_USERNAME: the user for SASL. */
  readonly kafkaUsername?: string;
  /** KAFKA_PASSWORD: the password for SASL. */
  readonly kafkaPassword?: string;
}

const NAMES = {
  hmacKey: 'TOCSIN_HMAC_KEY',
  token: 'TOCSIN_TOKEN',
  viewerToken: 'TOCSIN_VIEWER_TOKEN',
  tokens: 'TOCSIN_TOKENS',
  slackToken: 'SLACK_BOT_TOKEN',
  slackSigningSecret: 'SLACK_SIGNING_SECRET',
  webhookSecret: 'TOCSIN_WEBHOOK_SECRET',
  redisUrl: 'REDIS_URL',
  redisPassword: 'REDIS_PASSWORD',
  kafkaUsername: 'KAFKA_USERNAME',
  kafkaPassword: 'KAFKA_PASSWORD',
} as const satisfies Record<keyof Secrets, string>;

const entries = Object.entries(NAMES) as [keyof Secrets, string][];

/** The secrets in the environment, where an empty variable counts as one that is not set. */
export const readSecrets = (env: NodeJS.ProcessEnv): Secrets =>
  Object.fromEntries(entries.flatMap(([key, name]) => (env[name] ? [[key, env[name]]] : [])));

/** Tells people which secrets are set, by the variable's name, never what they are. */
export const maskSecrets = (secrets: Secrets): Record<string, string> =>
  Object.fromEntries(entries.map(([key, name]) => [name, secrets[key] ? '(set)' : '(not set)']));
