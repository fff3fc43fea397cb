/** A provider's API over real HTTP: it notes every call, and answers as it is told to. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Manner = (response: ServerResponse, call: Call) => void;

export const json =
  (body: unknown, status = 200): Manner =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Manner =>
  (response) =>
    void response.writeHead(code, headers).end(body);
export const hang: Manner = () => undefined;
export const reset: Manner = (response) => void response.socket?.destroy();

export interface FakeProvider {
  readonly url: string;
  readonly calls: readonly Call[];
  /** The next calls' answers, in order; behind them it does as `otherwise` does. */
  next(...manners: readonly Manner[]): void;
  stop(): Promise<void>;
}

export const startFakeProvider = async (otherwise: Manner = status(204)): Promise<FakeProvider> => {
  const calls: Call[] = [];
  const answers: Manner[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const call = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    calls.push(call);
    (answers.shift() ?? otherwise)(response, call);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    next: (...manners) => void answers.push(...manners),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
