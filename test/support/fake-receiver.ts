/** A receiver of webhooks over real HTTP: keeps what it took, and misbehaves on demand. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeReceived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came, to be looked into by tests.
  readonly body: any;
}

export interface FakeReceiver {
  readonly url: string;
  readonly taken: readonly FakeReceived[];
  /** Answers every call with this from now on; undefined takes them again. */
  fail(how?: { status: number; headers?: Record<string, string> }): void;
  stop(): Promise<void>;
}

export const startFakeReceiver = async (): Promise<FakeReceiver> => {
  const taken: FakeReceived[] = [];
  let failure: { status: number; headers?: Record<string, string> } | undefined;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (failure) return response.writeHead(failure.status, failure.headers).end('no');
    taken.push({ path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) });
    response.end('ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    fail: (how) => {
      failure = how;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
