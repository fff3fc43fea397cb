/** A sender's HTTP API on loopback that behaves as a test wants: what it was asked, and answers in turn. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface Call {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
export type Behaviour = (response: ServerResponse, call: Call) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(code, headers).end('{"any":"thing"}');
export const hang: Behaviour = () => undefined;

/** Accepts everything until told: `behave` gives the next answers. */
export const startFakeSender = async () => {
  const calls: Call[] = [];
  const next: Behaviour[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const call = { method: request.method, url: request.url, headers: request.headers, body };
    calls.push(call);
    (next.shift() ?? status(202))(response, call);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    behave: (...behaviours: Behaviour[]) => void next.push(...behaviours),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
