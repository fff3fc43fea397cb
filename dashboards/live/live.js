// @ts-check
/**
 * The live view: follows /v1/live, comes back by itself when the line breaks, and hands on an operator's orders.
 */
import { SPAN } from './chart.js';
import { createIncidents } from './incidents.js';
import { isWhole, nameOf } from './pauses.js';
import { byId, createProviders, showFeed, showHeader, timeOf } from './view.js';

const FEED = 50;
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5_000;
/** Without a word for this long, in ms, the server is asked whether it is still there. */
const SILENCE = 15_000;

/** @type {Record<string, Map<number, readonly number[]>>} */
let points = {};
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

/** @param {string} path @param {object} [body] */
const call = (path, body) =>
  fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    signal: AbortSignal.timeout(10_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

/**
 * Asks for reason and name, then gives the order; the dialog stays open with the reason when it is refused.
 * @param {{ title: string, says: string, confirm: string, path: string, body: object, withReason: boolean, danger: boolean }} order
 */
const ask = ({ title, says, confirm, path, body, withReason, danger }) => {
  const dialog = byId('order');
  byId('order-title').textContent = title;
  byId('order-says').textContent = says;
  byId('order-confirm').textContent = confirm;
  byId('order-confirm').classList.toggle('danger', danger);
  byId('order-reason-label').hidden = !withReason;
  byId('order-reason').required = withReason;
  byId('order-reason').value = '';
  byId('order-by').value = localStorage.getItem('name') ?? '';
  byId('order-error').hidden = true;
  dialog.querySelector('form').onsubmit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    const by = byId('order-by').value.trim();
    const reason = byId('order-reason').value.trim();
    localStorage.setItem('name', by);
    byId('order-confirm').disabled = true;
    const refused = await give(path, withReason ? { ...body, reason, by } : { ...body, by });
    byId('order-confirm').disabled = false;
    byId('order-error').hidden = refused === '';
    byId('order-error').textContent = refused;
    if (refused === '') dialog.close();
  };
  dialog.showModal();
};

/** Empty when it was done, else why not. @param {string} path @param {object} body */
const give = async (path, body) => {
  try {
    const response = await call(path, body);
    if (response.ok) return '';
    const { error } = await response.json();
    return `Refused: ${error}`;
  } catch (error) {
    return `tocsin does not answer (${error instanceof Error ? error.message : error}). Nothing is certain: look again before you repeat it.`;
  }
};

const orders = {
  order: (/** @type {'pause' | 'resume'} */ action, /** @type {import('./pauses.js').Target} */ target) =>
    ask({
      title: action === 'pause' ? `Pause ${nameOf(target)}?` : `Resume ${nameOf(target)}?`,
      says:
        action === 'pause'
          ? `Senders are told to send nothing more through ${target.provider}, until somebody resumes it.`
          : `Senders may send ${isWhole(target) ? 'everything' : nameOf(target)} through ${target.provider} again, at once.`,
      confirm: action === 'pause' ? 'Pause' : 'Resume',
      path: `/v1/providers/${encodeURIComponent(target.provider)}/${action}`,
      body: { category: target.category, campaign: target.campaign },
      withReason: true,
      danger: action === 'pause',
    }),
  acknowledge: (/** @type {string} */ id) =>
    ask({
      title: 'Acknowledge this incident?',
      says: 'The others see that you look after it.',
      confirm: 'Acknowledge',
      path: `/v1/incidents/${encodeURIComponent(id)}/acknowledge`,
      body: {},
      withReason: false,
      danger: false,
    }),
};
byId('order-cancel').addEventListener('click', () => byId('order').close());

const showProviders = createProviders(orders);
const showIncidents = createIncidents(orders);

/** @param {import('../../src/live/feed.ts').LiveMessage} message */
const receive = (message) => {
  const { state } = message;
  if (message.type === 'snapshot') {
    points = {};
    lines = [];
  }
  const oldest = Math.floor(state.now / 1000) - SPAN - 60;
  for (const [provider, fresh] of Object.entries(message.rates)) {
    points[provider] ??= new Map();
    const known = points[provider];
    for (const point of fresh) known.set(point[0], point);
    for (const second of known.keys()) if (second < oldest) known.delete(second);
  }
  lines = [...lines, ...message.feed].slice(-FEED);
  lastNow = state.now;
  /** @type {Record<string, readonly (readonly number[])[]>} */
  const sorted = {};
  for (const [provider, known] of Object.entries(points))
    sorted[provider] = [...known.values()].sort((a, b) => a[0] - b[0]);
  showHeader(state);
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
  });
  socket.addEventListener('message', ({ data }) => {
    heard = Date.now();
    setConnection('live');
    receive(JSON.parse(data));
  });
  socket.addEventListener('close', end);
};
connect();
