/** A real redis-server on a free port, for the run or for one test that breaks it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, start } from './process.ts';
import { obtain } from './programs.ts';
import { until } from './until.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
  kill9(): Promise<void>;
  /** Same port; what it held is gone unless it was started with `appendOnly`. `forget`: even then. */
  restart(how?: { readonly forget?: boolean }): Promise<void>;
}

const answersPing = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.on('data', (data) => answer(data.toString().startsWith('+PONG')));
    socket.on('error', () => answer(false));
  });

/**
 * `appendOnly`: every write is on disk before it is answered, so that kill9 and restart keep it. `port`: when others
 * must know it before.
 */
export const startRedis = async ({
  appendOnly = false,
  args = [],
  port: chosen,
}: {
  appendOnly?: boolean;
  args?: readonly string[];
  port?: number;
} = {}): Promise<RedisServer> => {
  const command = await obtain(['redis-server'], ['redis-server']);
  const [port = 0] = chosen === undefined ? await freePorts(1) : [chosen];
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-redis-'));
  const durable = appendOnly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const where = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const begin = () =>
    start({ command, args: [...where, ...durable, ...args], log: join(folder, 'redis.log') });
  const launch = async () => {
    let redis = begin();
    await until(() => {
      // On a busy machine its port may be somebody else's for a moment.
      if (redis.exited()) redis = begin();
      return answersPing(port);
    });
    return redis;
  };

  let redis = await launch();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    stop: async () => {
      await redis.stop();
      await rm(folder, { recursive: true, force: true });
    },
    kill9: () => redis.kill9(),
    restart: async ({ forget = false } = {}) => {
      await redis.stop();
      if (forget) await rm(join(folder, 'appendonlydir'), { recursive: true, force: true });
      redis = await launch();
    },
  };
};
