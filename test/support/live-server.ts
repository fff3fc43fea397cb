/** Starts a live server on loopback for a test, on a free port unless told. */
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { loadTokens } from '../../src/config/tokens.ts';
import { ms } from '../../src/events/event.ts';
import type { LiveSource } from '../../src/live/feed.ts';
import { createLiveServer, type LiveServerOptions } from '../../src/live/server.ts';

type Options = Partial<Omit<LiveServerOptions, 'source'>> & {
  port?: number;
  /** As TOCSIN_TOKEN. */
  token?: string;
};

export const startLiveServer = async (source: LiveSource, { port = 0, token, ...more }: Options = {}) => {
  const { live } = configSchema.parse({ live: { port, every: '20ms' } });
  const server = createLiveServer({
    source,
    config: live,
    tokens: loadTokens({}, token ? { token } : {}),
    clock: () => ms(Date.now()),
    log: pino({ level: 'silent' }),
    ...more,
  });
  const { url } = await server.listen();
  return { url, port: Number(new URL(url).port), close: server.close };
};
