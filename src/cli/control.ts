/**
 * `tocsin pause` and `tocsin resume`: a person's order. It goes to the daemon; when no daemon answers and the
 * configuration names a Redis, straight to the gate, so that a pause can be undone whatever is down.
 */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { readSecrets } from '../config/secrets.ts';
import { ms } from '../events/event.ts';
import { connectRedis } from '../redis.ts';
import { createRedisGate } from '../respond/gate-redis.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { CommandError, command, EXIT } from './exit.ts';

interface Options {
  url: string;
  config?: string;
  reason: string;
  by: string;
  json?: boolean;
}

const orderCommand = (order: 'pause' | 'resume', description: string, reason: string): Command =>
  command(order, description)
    .argument('<provider>')
    .option('--reason <text>', 'why, for the record', reason)
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--config <file>', 'configuration with the Redis to use when no daemon answers')
    .option('--json', 'print the outcome as JSON')
    .action(async (provider: string, options: Options) => {
      const via = await give(order, provider, options);
      const outcome = { provider, action: order, by: options.by, reason: options.reason, via };
      process.stdout.write(
        options.json ? `${JSON.stringify(outcome)}\n` : `${provider}: ${order}d (${via})\n`,
      );
    });

const give = async (order: 'pause' | 'resume', provider: string, options: Options): Promise<string> => {
  try {
    const { reason, by } = options;
    await callDaemon(options.url, `/v1/providers/${encodeURIComponent(provider)}/${order}`, { reason, by });
    return 'daemon';
  } catch (error) {
    const unreachable = error instanceof CommandError && error.code === EXIT.unreachable;
    if (!unreachable || !options.config) throw error;
    await setGate(order, provider, options, options.config, error);
    return 'gate';
  }
};

/** The daemon is away: the order goes to the gate in Redis, under a new fencing token. */
const setGate = async (
  order: 'pause' | 'resume',
  provider: string,
  options: Options,
  file: string,
  unreachable: CommandError,
): Promise<void> => {
  const config = loadConfig(file);
  if (!config.redis) throw unreachable;
  const redis = connectRedis(config.redis, readSecrets(process.env), { giveUp: true });
  const gate = createRedisGate({ redis, prefix: config.redis.prefix });
  try {
    const token = await gate.nextToken();
    const { reason, by } = options;
    if (order === 'resume') await gate.resume({ provider }, token, by);
    else {
      const lasting = { since: ms(Date.now()), until: null, atEnd: 'stay', trickle: null } as const;
      await gate.pause({ provider, token, reason, by, incident: null, ...lasting });
    }
  } finally {
    await gate.close();
    redis.disconnect();
  }
};

export const pauseCommand = (): Command =>
  orderCommand('pause', 'pause a provider by hand', 'paused by hand');
export const resumeCommand = (): Command => orderCommand('resume', 'undo a pause', 'resumed by hand');
