/** Orders when no daemon answers: straight to the gate in Redis, so that a pause can be undone whatever is down. */
import { CommandError, EXIT } from './exit.ts';
import type { WithoutDaemon } from './gate-in-redis.ts';

/**
 * Asks the daemon; when none answers and the configuration names a Redis, the gate in it. Answers which of the two
 * it was. Throws what the daemon or the gate refused.
 */
export const daemonElseGate = async (
  config: string | undefined,
  ask: {
    readonly daemon: () => Promise<unknown>;
    readonly gate: (redis: WithoutDaemon) => Promise<unknown>;
  },
): Promise<'daemon' | 'gate'> => {
  try {
    await ask.daemon();
    return 'daemon';
  } catch (error) {
    const unreachable = error instanceof CommandError && error.code === EXIT.unreachable;
    if (!unreachable || !config) throw error;
    const { askGateInRedis } = await import('./gate-in-redis.ts');
    if (!(await askGateInRedis(config, ask.gate))) throw error;
    return 'gate';
  }
};
