// @ts-check
/**
 * Puts the live state on the page. In: state, points and feed lines. Out: elements, made once and kept up to date.
 * Whatever comes from the stream is set as text, never as markup.
 */
import { createChart } from './chart.js';
import { isWhole, nameOf, pausesOf, pauseText, sentence } from './pauses.js';

/** @typedef {import('../../src/live/feed.ts').LiveState} LiveState */
/** @typedef {import('../../src/live/feed.ts').ProviderView} ProviderView */
/** @typedef {import('../../src/live/feed.ts').FeedLine} FeedLine */
/** @typedef {{ order(action: 'pause' | 'resume', target: import('./pauses.js').Target): void, acknowledge(id: string): void }} Orders */

const clock = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});
const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
});
const whole = new Intl.NumberFormat();
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export const timeOf = (/** @type {number} */ ms) => clock.format(ms);
export const byId = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));

/**
 * @param {string} tag
 * @param {string} [name] its class
 * @param {string} [text]
 * @returns {any}
 */
export const make = (tag, name = '', text = '') => {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
};

/** Leaves the document alone when nothing changed. */
export const setText = (/** @type {any} */ element, /** @type {string} */ text) => {
  if (element.textContent !== text) element.textContent = text;
};

const perSecond = (/** @type {number} */ rate) =>
  rate >= 100 ? whole.format(Math.round(rate)) : rate.toFixed(1);

const MODES = {
  learning: 'tocsin warns, and decides nothing',
  'dry-run': 'tocsin says what it would pause, and pauses nothing',
  armed: 'tocsin pauses providers by itself',
};

/** @param {LiveState} state */
export const showHeader = ({ now, mode, health }) => {
  setText(byId('now'), timeOf(now));
  setText(byId('day'), `${day.format(now)}, ${zone}`);
  byId('now').dateTime = new Date(now).toISOString();
  const pill = byId('mode');
  pill.hidden = false;
  pill.dataset.mode = mode;
  pill.title = MODES[mode];
  setText(pill, mode.toUpperCase());

  const counts = [
    ['events', health.eventsCounted],
    ...Object.entries(health.otherChannels).map(([channel, count]) => [`by ${channel}`, count]),
    ['dead letters', health.deadLetters],
    ['alerts waiting', health.outbox],
    ['lag', health.lag],
  ];
  byId('counts').replaceChildren(
    ...counts.map(([name, value]) => {
      const pair = make('div');
      pair.append(make('dt', '', String(name)), make('dd', '', whole.format(Number(value))));
      return pair;
    }),
  );

  const box = byId('problems');
  const { problems, blind, warnings } = health;
  const said = [...problems, ...warnings];
  box.hidden = said.length === 0;
  if (box.dataset.said === said.join('\n')) return;
  box.dataset.said = said.join('\n');
  const title =
    blind.length > 0 ? 'tocsin is blind' : problems.length > 0 ? 'tocsin may be blind' : 'To look into';
  box.replaceChildren(make('strong', '', title), ...said.map((one) => make('span', '', one)));
};

/** Buttons are for operators. @param {import('../../src/config/tokens.ts').Caller} caller */
export const showCaller = ({ name, role, kind }) => {
  document.body.dataset.role = role;
  const who = byId('who');
  who.hidden = kind === 'anybody';
  setText(who, kind === 'person' ? `${name}, ${role}` : role);
};

const WORDS = { ok: 'ok', alert: 'alert', paused: 'paused' };

/** A category or a campaign that is paused by itself. @param {import('./pauses.js').Pause} pause @param {Orders} orders */
const partItem = (pause, orders) => {
  const item = make('li');
  const { provider, category, campaign } = pause;
  const button = make('button', 'small', 'Resume');
  button.setAttribute('aria-label', `Resume ${nameOf(pause)}`);
  button.addEventListener('click', () => orders.order('resume', { provider, category, campaign }));
  item.append(
    make(
      'span',
      '',
      sentence(`${campaign === undefined ? category : `campaign ${campaign}`} ${pauseText(pause, timeOf)}`),
    ),
    button,
  );
  return item;
};

/** @param {string} provider @param {Orders} orders */
const createCard = (provider, orders) => {
  const card = make('article', 'card panel');
  card.setAttribute('aria-label', `Provider ${provider}`);
  const head = make('div', 'card-head');
  const state = make('span', 'state');
  const rate = make('span', 'rate');
  const expected = make('span', 'expected');
  const button = make('button');
  const numbers = make('div', 'numbers');
  numbers.append(rate, make('span', 'unit', 'sent/s'), expected);
  head.append(make('h3', '', provider), state, numbers, button);
  const under = make('p', 'under');
  const parts = make('ul', 'parts');
  const plot = make('div', 'plot');
  plot.setAttribute('role', 'img');
  const legend = make('p', 'legend');
  for (const [name, text] of [
    ['sent', 'sent'],
    ['over', 'more than expected'],
    ['band', 'expected range'],
  ])
    legend.append(make('span', `key ${name}`, text));
  const readout = make('span', 'readout');
  legend.append(readout);
  card.append(head, under, parts, plot, legend);
  button.addEventListener('click', () => orders.order(button.dataset.action, { provider }));
  let shown = '';

  /** @type {ReturnType<typeof createChart> | undefined} */
  let chart;
  return {
    card,
    /** @param {ProviderView} view @param {LiveState} live @param {readonly (readonly number[])[]} points */
    show(view, live, points) {
      chart ??= createChart(
        plot,
        (text) => setText(readout, text),
        (second) => timeOf(second * 1000),
      );
      const paused = view.state === 'paused';
      card.dataset.state = view.state;
      setText(state, WORDS[view.state]);
      setText(rate, perSecond(view.rate));
      setText(expected, `expected ${perSecond(view.expected)}`);
      button.dataset.action = paused ? 'resume' : 'pause';
      button.setAttribute('aria-label', `${paused ? 'Resume' : 'Pause'} ${provider}`);
      setText(button, paused ? 'Resume' : 'Pause');
      const pause = view.pauses.find(isWhole);
      const seen = live.health.problems.length > 0 ? 'Not certain: tocsin may be blind' : 'Nothing unusual';
      const calm = view.state === 'alert' ? 'An incident is open' : seen;
      setText(under, pause ? sentence(pauseText(pause, timeOf)) : calm);
      const narrower = view.pauses.filter((one) => !isWhole(one));
      if (shown !== JSON.stringify(narrower)) {
        shown = JSON.stringify(narrower);
        parts.replaceChildren(...narrower.map((one) => partItem(one, orders)));
      }
      plot.setAttribute(
        'aria-label',
        `${provider}: ${perSecond(view.rate)} sent a second, ${perSecond(view.expected)} expected`,
      );
      chart.show(points, pausesOf(view, live), Math.floor(live.now / 1000));
    },
  };
};

/** @param {Orders} orders */
export const createProviders = (orders) => {
  /** @type {Map<string, ReturnType<typeof createCard>>} */
  const cards = new Map();
  /** @param {LiveState} state @param {ReadonlyMap<string, readonly (readonly number[])[]>} rates */
  return (state, rates) => {
    byId('no-providers').hidden = state.providers.length > 0;
    for (const [provider, { card }] of cards) {
      if (state.providers.some((view) => view.provider === provider)) continue;
      card.remove();
      cards.delete(provider);
    }
    for (const view of state.providers) {
      let card = cards.get(view.provider);
      if (!card) {
        card = createCard(view.provider, orders);
        cards.set(view.provider, card);
        byId('providers').append(card.card);
      }
      card.show(view, state, rates.get(view.provider) ?? []);
    }
  };
};

/** @param {readonly FeedLine[]} lines oldest first */
export const showFeed = (lines) => {
  byId('feed').replaceChildren(
    ...[...lines].reverse().map((line) => {
      const item = make('li');
      item.append(
        make('time', '', timeOf(line.at)),
        make('span', 'who', line.provider),
        make('span', `type ${line.type}`, line.type.replace('_', ' ')),
        make('span', 'to', line.to),
        make('span', 'text', line.text ?? ''),
      );
      item.title = line.text ?? '';
      return item;
    }),
  );
};
