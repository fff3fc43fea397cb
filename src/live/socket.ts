/**
 * The live stream at /v1/live: a snapshot to who comes, then changes to all, written as JSON once for everybody.
 * In: the source, read every `every` ms while somebody watches. Out: `LiveMessage`s. What watchers say is not read.
 */
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '../events/event.ts';
import type { FeedLine, LiveSource, RatePoint } from './feed.ts';
import type { Guard } from './guard.ts';
import { type Audit, pathOf } from './record.ts';
import { ROUTES } from './routes.ts';

/** The most watchers at once; more are refused with 503. */
const MOST_WATCHERS = 200;
/** A watcher with more than this unread, in bytes, is left out until it has caught up. */
const SLOW = 1_048_576;
/** The seconds whose points are sent again with each change, since late events still change them. */
const OVERLAP = 10;
const PROTOCOL = 'tocsin';
const TOKEN_PROTOCOL = /^tocsin\.token\.([\w-]+)$/;

export interface LiveSocket {
  /** The number of watchers. */
  readonly watchers: () => number;
  /** Tells everybody to go (1001), and ends those who have not after `grace` ms. */
  close(grace?: number): Promise<void>;
}

interface Watcher {
  readonly socket: WebSocket;
  /** Whether it gets a snapshot at the next turn, since it is new or was too slow for the changes. */
  needsSnapshot: boolean;
  alive: boolean;
}

/** Takes the upgrades of `server` to /v1/live that `guard` lets pass. */
export const createLiveSocket = (options: {
  server: Server;
  source: LiveSource;
  guard: Guard;
  addressOf: (remote: string | undefined, headers: IncomingHttpHeaders) => string;
  audit: Audit;
  clock: Clock;
  /** The time between two changes, in ms. */
  every: number;
  /** The time between two pings, in ms. */
  pingEvery?: number;
  log: Logger;
}): LiveSocket => {
  const { server, source, guard, every, pingEvery = 15_000, log } = options;
  const wss = new WebSocketServer({
    noServer: true,
    maxPayload: 1024,
    perMessageDeflate: false,
    handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
  });
  const watchers = new Set<Watcher>();
  const news = createNews(source);
  let timers: NodeJS.Timeout[] = [];
  let closing = false;

  const turn = () => {
    try {
      const current = [...watchers].filter((watcher) => isFast(watcher));
      const change = news.change();
      const waiting = current.filter((watcher) => watcher.needsSnapshot);
      if (change !== undefined)
        for (const watcher of current) if (!watcher.needsSnapshot) watcher.socket.send(change);
      if (waiting.length === 0) return;
      const snapshot = news.snapshot();
      for (const watcher of waiting) {
        watcher.socket.send(snapshot);
        watcher.needsSnapshot = false;
      }
    } catch (error) {
      log.error({ error: String(error) }, 'the live view could not be told; it is tried again');
    }
  };

  /** Whether a watcher can be sent more: one that cannot keep up begins anew once it has read what it has. */
  const isFast = (watcher: Watcher): boolean => {
    const { bufferedAmount } = watcher.socket;
    if (bufferedAmount > SLOW) watcher.needsSnapshot = true;
    return watcher.needsSnapshot ? bufferedAmount === 0 : true;
  };

  const ping = () => {
    for (const watcher of watchers) {
      if (!watcher.alive) watcher.socket.terminate();
      watcher.alive = false;
      watcher.socket.ping();
    }
  };

  const welcome = (socket: WebSocket) => {
    const watcher: Watcher = { socket, needsSnapshot: true, alive: true };
    watchers.add(watcher);
    socket.on('pong', () => {
      watcher.alive = true;
    });
    // What a broken connection says is told by its close as well.
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      for (const timer of timers) clearInterval(timer);
      timers = [];
    });
    if (timers.length > 0) return;
    timers = [setInterval(turn, every), setInterval(ping, pingEvery)];
    turn();
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    // A peer that hangs up while it is being refused is no news.
    stream.on('error', () => stream.destroy());
    const url = urlOf(request.url);
    if (url === undefined) return refuse(stream, 400, 'this is no address');
    if (url.pathname !== ROUTES.live.path) return refuse(stream, 404, 'no live view here');
    const { headers } = request;
    const address = options.addressOf(request.socket.remoteAddress, headers);
    const admission = guard({ address, headers, shown: tokenOf(request, url), route: ROUTES.live });
    if ('refused' in admission) {
      const { status, error, by = 'unknown', retryAfter } = admission.refused;
      const what = `${request.method} ${pathOf(request.url ?? '')}`;
      options.audit({ at: options.clock(), by, address, what, status, refused: error });
      return refuse(stream, status, error, retryAfter);
    }
    if (closing || wss.clients.size >= MOST_WATCHERS)
      return refuse(stream, 503, 'no room for another live view');
    wss.handleUpgrade(request, stream, head, welcome);
  });

  return {
    watchers: () => watchers.size,
    close: async (grace = 2_000) => {
      closing = true;
      const gone = Promise.all(
        [...wss.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
      );
      for (const socket of wss.clients) socket.close(1001, 'tocsin is stopping');
      const late = setTimeout(() => {
        for (const socket of wss.clients) socket.terminate();
      }, grace);
      await gone;
      clearTimeout(late);
    },
  };
};

/** What was asked for; undefined for a line such as `//` or `//[`, with which anybody may try. */
const urlOf = (line = '/'): URL | undefined => {
  const whole = `http://live${line.startsWith('/') ? line : `/${line}`}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
};

/** The token of a WebSocket, as a protocol of its own or in the query, since browsers cannot set its headers. */
const tokenOf = (request: IncomingMessage, url: URL): string | undefined => {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
  const encoded = offered.flatMap((protocol) => TOKEN_PROTOCOL.exec(protocol.trim())?.[1] ?? [])[0];
  if (encoded !== undefined) return Buffer.from(encoded, 'base64url').toString();
  return url.searchParams.get('token') ?? undefined;
};

const refuse = (stream: Duplex, status: number, error: string, retryAfter?: number): void => {
  const body = JSON.stringify({ error });
  const again = retryAfter === undefined ? '' : `retry-after: ${retryAfter}\r\n`;
  stream.once('finish', () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json\r\n` +
      `${again}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
};

/** Reads the source and says what is new since the last reading, of which a passed second of its clock is part. */
const createNews = (source: LiveSource) => {
  let seq = 0;
  let last = 0;
  let told = '';

  const since = () => Math.max(0, last - OVERLAP);
  const stateText = () => {
    const state = source.state();
    return JSON.stringify({ ...state, now: Math.floor(state.now / 1000) * 1000 });
  };
  const message = (type: string, state: string, rates: string, feed: readonly FeedLine[]) =>
    `{"type":"${type}","state":${state},"rates":${rates},"feed":${JSON.stringify(feed)}}`;

  return {
    /** The change since the last reading as JSON; undefined when nothing is new. */
    change: (): string | undefined => {
      const feed = source.feed(seq);
      const rates = source.rates(since());
      const [state, points] = [stateText(), JSON.stringify(rates)];
      const isNew = feed.lines.length > 0 || told !== state + points;
      seq = feed.seq;
      last = newest(rates, last);
      // What the next reading will say when nothing has happened: it begins later than this one did.
      told = state + JSON.stringify(source.rates(since()));
      if (!isNew) return undefined;
      return message('change', state, points, feed.lines);
    },
    /** Everything as JSON. */
    snapshot: (): string =>
      message('snapshot', stateText(), JSON.stringify(source.rates(0)), source.feed(0).lines),
  };
};

const newest = (rates: Readonly<Record<string, readonly RatePoint[]>>, last: number): number =>
  Object.values(rates).reduce((most, points) => Math.max(most, points.at(-1)?.[0] ?? 0), last);
