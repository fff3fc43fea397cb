/** A proxy in front of Redis: sees what its client is about to say, and can keep it from being heard. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** More than the longest text that is looked for: one may lie across two packets. */
const OVERLAP = 200;

export interface RedisProxy {
  readonly url: string;
  stop(): Promise<void>;
}

/** `hears`: given what is sent, with the end of what came before; false breaks the connection instead. */
export const startRedisProxy = async (
  redisUrl: string,
  hears: (text: string) => boolean,
): Promise<RedisProxy> => {
  const { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = connect(Number(port || 6379), hostname);
    const end = () => {
      client.destroy();
      redis.destroy();
    };
    let before = '';
    client.on('data', (chunk) => {
      const text = before + chunk.toString('latin1');
      before = text.slice(-OVERLAP);
      if (hears(text)) redis.write(chunk);
      else end();
    });
    redis.pipe(client);
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
      socket.on('close', () => sockets.delete(socket));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${own}`,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};
