/** A Slack of our own over real HTTP: the few methods tocsin calls, with Slack's manners and, on demand, its moods. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeMessage {
  readonly channel: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly metadata?: unknown;
  readonly blocks?: readonly FakeBlock[];
  /** How often it was edited. */
  readonly edits: number;
}

export interface FakeBlock {
  readonly type: string;
  readonly text?: { readonly text: string };
  readonly elements?: ReadonlyArray<{ readonly action_id: string; readonly value: string }>;
}

export interface FakeRequest {
  readonly method: string;
  readonly params: Readonly<Record<string, string>>;
  readonly at: number;
}

/** `reset: 'after'` takes the call and then breaks the connection: the answer is lost, the message is not. */
export type Failure =
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }
  | { readonly hang: true }
  | { readonly reset: 'before' | 'after' };

export interface FakePicture {
  readonly channel: string;
  readonly thread_ts: string;
  readonly title: string;
  readonly bytes: Buffer;
}

export interface FakeSlack {
  /** For notify.slack.apiUrl. */
  readonly url: string;
  readonly token: string;
  /** Every message, oldest first, as it stands now. */
  readonly messages: readonly FakeMessage[];
  /** What was uploaded and put into a thread. */
  readonly pictures: readonly FakePicture[];
  /** Every call that came in, failed ones too. */
  readonly requests: readonly FakeRequest[];
  /** Asked before each call from now on; undefined behaves. Without an argument: behave again. */
  fail(how?: (next: FakeRequest) => Failure | undefined): void;
  /** Stops listening and breaks every connection; what was posted stays. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  stop(): Promise<void>;
}

type Answer = Record<string, unknown>;
const failed = (error: string): Answer => ({ ok: false, error });

export const startFakeSlack = async ({ token = 'xoxb-fake' } = {}): Promise<FakeSlack> => {
  const messages: FakeMessage[] = [];
  const requests: FakeRequest[] = [];
  const pictures: FakePicture[] = [];
  let uploaded = Buffer.alloc(0);
  let misbehave: (next: FakeRequest) => Failure | undefined = () => undefined;
  let port = 0;
  let server: Server | undefined;

  const answer = (request: FakeRequest, authorization: string | undefined): Answer => {
    if (!authorization) return failed('not_authed');
    if (authorization !== `Bearer ${token}`) return failed('invalid_auth');
    if (request.method === 'files.getUploadURLExternal')
      return { ok: true, upload_url: `http://127.0.0.1:${port}/upload`, file_id: 'F1' };
    if (request.method === 'files.completeUploadExternal') {
      const { channel_id: channel = '', thread_ts = '', files = '[]' } = request.params;
      const [{ title = '' } = {}] = JSON.parse(files) as Array<{ title?: string }>;
      pictures.push({ channel, thread_ts, title, bytes: uploaded });
      return { ok: true, files: [] };
    }
    const method = methods[request.method];
    return method ? method(messages, request.params) : failed('unknown_method');
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (incoming.url === '/upload') {
      uploaded = await bytesOf(incoming);
      response.end('OK');
      return;
    }
    const request = await read(incoming);
    requests.push(request);
    const failure = misbehave(request);
    if (failure && 'hang' in failure) return;
    if (failure && 'reset' in failure) {
      if (failure.reset === 'after') answer(request, incoming.headers.authorization);
      incoming.socket.resetAndDestroy();
      return;
    }
    if (failure && 'status' in failure) {
      const after = failure.retryAfter === undefined ? {} : { 'retry-after': `${failure.retryAfter}` };
      response.writeHead(failure.status, { 'content-type': 'text/html', ...after }).end('<h1>no</h1>');
      return;
    }
    const said = failure ? failed(failure.error) : answer(request, incoming.headers.authorization);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  };

  const up = async () => {
    if (server) return;
    server = createServer((incoming, response) => {
      handle(incoming, response).catch(() => incoming.socket.destroy());
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const down = async () => {
    const closing = server;
    server = undefined;
    if (!closing) return;
    const closed = once(closing, 'close');
    closing.close();
    closing.closeAllConnections();
    await closed;
  };

  await up();
  return {
    url: `http://127.0.0.1:${port}/api/`,
    token,
    messages,
    pictures,
    requests,
    fail: (how) => {
      misbehave = how ?? (() => undefined);
    },
    down,
    up,
    stop: down,
  };
};

const bytesOf = async (incoming: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

const read = async (incoming: IncomingMessage): Promise<FakeRequest> => {
  const params = Object.fromEntries(new URLSearchParams((await bytesOf(incoming)).toString()));
  return { method: (incoming.url ?? '').replace(/^\/api\//, ''), params, at: Date.now() };
};

type Params = Readonly<Record<string, string>>;
type Method = (messages: FakeMessage[], params: Params) => Answer;

/** "#alerts" and "alerts" name a channel for posting; everything else wants its id. */
const idOf = (channel: string): string =>
  /^C[A-Z0-9]+$/.test(channel) ? channel : `C${channel.replace(/\W/g, '').toUpperCase()}`;

const newTs = (messages: readonly FakeMessage[]): string =>
  `1700000000.${`${messages.length + 1}`.padStart(6, '0')}`;

const jsonIn = ({ metadata, blocks }: Params): Pick<FakeMessage, 'metadata' | 'blocks'> => ({
  ...(metadata ? { metadata: JSON.parse(metadata) } : {}),
  ...(blocks ? { blocks: JSON.parse(blocks) } : {}),
});

const listed = (found: readonly FakeMessage[], params: Params): Answer => ({
  ok: true,
  messages: found
    .slice(0, Number(params.limit ?? 100))
    .map(({ metadata, ...message }) =>
      params.include_all_metadata === 'true' ? { ...message, metadata } : message,
    ),
});

const methods: Readonly<Record<string, Method>> = {
  'auth.test': () => ({ ok: true, team: 'Fake', user: 'tocsin', bot_id: 'B1' }),
  'chat.postMessage': (messages, params) => {
    const { channel = '', text = '', thread_ts } = params;
    if (!channel) return failed('channel_not_found');
    if (!text) return failed('no_text');
    if (thread_ts && !messages.some((one) => one.ts === thread_ts)) return failed('thread_not_found');
    const message = { channel: idOf(channel), ts: newTs(messages), text, edits: 0, ...jsonIn(params) };
    messages.push(thread_ts ? { ...message, thread_ts } : message);
    return { ok: true, channel: message.channel, ts: message.ts };
  },
  'chat.update': (messages, params) => {
    const at = messages.findIndex((one) => one.channel === params.channel && one.ts === params.ts);
    const old = messages[at];
    if (!old) return failed('message_not_found');
    messages[at] = { ...old, text: params.text ?? '', edits: old.edits + 1, ...jsonIn(params) };
    return { ok: true, channel: old.channel, ts: old.ts };
  },
  'conversations.history': (messages, params) => {
    const { channel = '' } = params;
    if (channel !== idOf(channel)) return failed('channel_not_found');
    return listed(messages.filter((one) => one.channel === channel && !one.thread_ts).reverse(), params);
  },
  'conversations.replies': (messages, params) => {
    const found = messages.filter((one) => one.ts === params.ts || one.thread_ts === params.ts);
    return found.length > 0 ? listed(found, params) : failed('thread_not_found');
  },
};
