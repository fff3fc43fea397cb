// @ts-check
/**
 * The live view: follows /v1/live, comes back by itself when the line breaks, and hands on an operator's orders.
 */
import { SPAN } from './chart.js';
import { createHandsOff } from './hands-off.js';
import { createIncidents } from './incidents.js';
import { createOrders } from './orders.js';
import { byId, createProviders, showCaller, showFeed, showHeader, timeOf } from './view.js';

const FEED = 50;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;
/** Without a word for this long, in ms, the server is asked whether it is still there. */
const SILENCE = 15_000;

/** By provider. @type {Map<string, Map<number, readonly number[]>>} */
let points = new Map();
/** @type {import('../../src/live/feed.ts').FeedLine[]} */
let lines = [];
let lastNow = 0;
let token = takeToken();

/** From the address's fragment, which no server sees, then from this tab. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem('token', given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem('token') ?? '';
}

/** @param {string} path @param {object} [body] @param {string} [method] */
const call = (path, body, method = body ? 'POST' : 'GET') =>
  fetch(path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    signal: AbortSignal.timeout(10_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

/** Whose token it is decides what is offered. @type {import('../../src/config/tokens.ts').Caller | undefined} */
let caller;
const learnWho = async () => {
  const response = await call('/v1/me').catch(() => undefined);
  if (!response?.ok) return void setTimeout(learnWho, LONGEST_WAIT);
  caller = await response.json();
  showCaller(caller);
};

const orders = createOrders({ call, caller: () => caller });

const showProviders = createProviders(orders);
const showIncidents = createIncidents(orders);
const showHandsOff = createHandsOff(orders);

/** @param {import('../../src/live/feed.ts').LiveMessage} message */
const receive = (message) => {
  const { state } = message;
  if (message.type === 'snapshot') {
    points = new Map();
    lines = [];
  }
  const oldest = Math.floor(state.now / 1000) - SPAN - 60;
  for (const [provider, fresh] of Object.entries(message.rates)) {
    const known = points.get(provider) ?? new Map();
    points.set(provider, known);
    for (const point of fresh) known.set(point[0], point);
    for (const second of known.keys()) if (second < oldest) known.delete(second);
  }
  lines = [...lines, ...message.feed].slice(-FEED);
  lastNow = state.now;
  const sorted = new Map(
    [...points].map(([provider, known]) => [provider, [...known.values()].sort((a, b) => a[0] - b[0])]),
  );
  showHeader(state);
  showHandsOff(state.handsOff);
  showProviders(state, sorted);
  showIncidents(state.incidents);
  if (message.feed.length > 0 || message.type === 'snapshot') showFeed(lines);
};

const setConnection = (/** @type {'connecting' | 'live' | 'reconnecting'} */ state) => {
  const element = byId('connection');
  element.dataset.state = state;
  element.textContent =
    state === 'reconnecting' && lastNow > 0 ? `reconnecting, as of ${timeOf(lastNow)}` : state;
  document.body.classList.toggle('stale', state === 'reconnecting');
};

/** Opens the token dialog when a token is what was missing. */
const askForToken = async () => {
  const status = await call('/v1/status').then(
    (response) => response.status,
    () => 0,
  );
  if (status !== 401) return;
  const dialog = byId('ask-token');
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  token = byId('token').value;
  sessionStorage.setItem('token', token);
};

const base64url = (/** @type {string} */ text) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replace(/\+/g, '-')
    .replace(/\//g, '_')
    .replace(/=+$/, '');

let wait = FIRST_WAIT;
const connect = () => {
  const url = new URL('/v1/live', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  const socket = new WebSocket(url, token ? ['tocsin', `tocsin.token.${base64url(token)}`] : ['tocsin']);
  let opened = false;
  let heard = Date.now();
  let ended = false;

  const end = async () => {
    if (ended) return;
    ended = true;
    clearInterval(watchdog);
    socket.close();
    setConnection('reconnecting');
    if (!opened) await askForToken();
    // Apart from each other, so that not all come back in the same instant.
    setTimeout(connect, wait * (0.75 + Math.random() / 2));
    wait = Math.min(LONGEST_WAIT, wait * 2);
  };
  const watchdog = setInterval(() => {
    if (Date.now() - heard < SILENCE) return;
    fetch('/healthz', { signal: AbortSignal.timeout(5_000) }).then((response) => {
      if (!response.ok) return end();
      heard = Date.now();
    }, end);
  }, 5_000);

  socket.addEventListener('open', () => {
    opened = true;
    wait = FIRST_WAIT;
    learnWho();
  });
  socket.addEventListener('message', ({ data }) => {
    heard = Date.now();
    setConnection('live');
    receive(JSON.parse(data));
  });
  socket.addEventListener('close', end);
};
connect();
