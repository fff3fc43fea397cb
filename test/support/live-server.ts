/** Starts a live server on loopback for a test, on a free port unless told. */
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { LiveSource } from '../../src/live/feed.ts';
import { createLiveServer, type LiveServerOptions } from '../../src/live/server.ts';

type Options = Partial<Omit<LiveServerOptions, 'source' | 'config'>> & { port?: number };

export const startLiveServer = async (source: LiveSource, { port = 0, ...more }: Options = {}) => {
  const { live } = configSchema.parse({ live: { port, every: '20ms' } });
  const server = createLiveServer({
    source,
    config: live,
    clock: () => ms(Date.now()),
    log: pino({ level: 'silent' }),
    ...more,
  });
  const { url } = await server.listen();
  return { url, port: Number(new URL(url).port), close: server.close };
};
