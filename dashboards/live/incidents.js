// @ts-check
/**
 * The list of incidents: those that live first, then the newest. In: incidents. Out: elements, and a word to
 * screen readers when one opens or grows worse.
 */
import { byId, make, setText, timeOf } from './view.js';

/** @typedef {import('../../src/incidents/incident.ts').Incident} Incident */
/** @typedef {import('./view.js').Orders} Orders */

/** @param {Incident['actions'][number]} action */
const actionText = ({ at, action, dryRun, by, reason, refused }) => {
  const did = action === 'pause' ? 'pause' : 'resume';
  const what =
    refused !== undefined ? `${did} held back (${refused})` : dryRun ? `would ${did} (dry-run)` : `${did}d`;
  return `${timeOf(at)}  ${what} by ${by}: ${reason}`;
};

/** @param {Incident} incident @param {Orders} orders */
const incidentItem = (incident, orders) => {
  const item = make('li', 'incident');
  item.dataset.severity = incident.severity;
  item.dataset.status = incident.status;
  const head = make('div', 'incident-head');
  const until = incident.resolvedAt === undefined ? '' : ` to ${timeOf(incident.resolvedAt)}`;
  head.append(
    make('span', 'severity', incident.severity),
    make('strong', '', incident.provider),
    make('span', 'status', incident.status),
    make('span', 'since', `since ${timeOf(incident.openedAt)}${until}`),
  );
  if (incident.status === 'open') {
    const button = make('button', 'small', 'Acknowledge');
    button.setAttribute('aria-label', `Acknowledge the incident on ${incident.provider}`);
    button.addEventListener('click', () => orders.acknowledge(incident.id));
    head.append(button);
  }
  const findings = make('ul', 'findings');
  for (const { latest } of incident.findings) {
    const line = make('li', '', latest.says);
    line.dataset.strength = latest.strength;
    findings.append(line);
  }
  item.append(head, findings);
  if (incident.sample !== undefined) item.append(make('blockquote', 'sample', incident.sample));
  for (const action of incident.actions) item.append(make('p', 'action', actionText(action)));
  return item;
};

const MOST_INCIDENTS = 50;

/** @param {Orders} orders */
export const createIncidents = (orders) => {
  let drawn = '';
  /** @type {Map<string, string>} severity by id */
  let known = new Map();
  let first = true;
  /** @param {readonly Incident[]} incidents */
  return (incidents) => {
    const isOver = (/** @type {Incident} */ one) => (one.status === 'resolved' ? 1 : 0);
    const shown = [...incidents]
      .sort((a, b) => isOver(a) - isOver(b) || b.openedAt - a.openedAt)
      .slice(0, MOST_INCIDENTS);
    const text = JSON.stringify(shown);
    if (text === drawn) return;
    drawn = text;
    const list = byId('incidents');
    const focused = list.contains(document.activeElement)
      ? document.activeElement?.getAttribute('aria-label')
      : null;
    list.replaceChildren(...shown.map((incident) => incidentItem(incident, orders)));
    if (focused)
      for (const button of list.querySelectorAll('button'))
        if (button.getAttribute('aria-label') === focused) button.focus();
    byId('no-incidents').hidden = shown.length > 0;
    const open = incidents.filter((incident) => incident.status !== 'resolved');
    byId('open-count').hidden = open.length === 0;
    setText(byId('open-count'), String(open.length));
    document.title = open.length > 0 ? `(${open.length}) tocsin` : 'tocsin';
    const news = open.filter((incident) => known.get(incident.id) !== incident.severity);
    if (!first && news.length > 0)
      setText(
        byId('announce'),
        news
          .map(
            (one) => `${one.severity} incident on ${one.provider}: ${one.findings.at(-1)?.latest.says ?? ''}`,
          )
          .join('. '),
      );
    first = false;
    known = new Map(open.map((incident) => [incident.id, incident.severity]));
  };
};
