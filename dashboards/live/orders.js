// @ts-check
/** An operator's orders: each is asked for in a dialog, and then given. In: how to call tocsin, and who it is. */
import { isWhole, nameOf } from './pauses.js';
import { byId } from './view.js';

/**
 * @typedef {{ title: string, says: string, confirm: string, path: string, method?: string, body: object,
 *   withReason: boolean, danger: boolean }} Order
 * @typedef {(path: string, body: object, method?: string) => Promise<Response>} Call
 */

byId('order-cancel').addEventListener('click', () => byId('order').close());

/** @param {{ call: Call, caller: () => import('../../src/config/tokens.ts').Caller | undefined }} parts */
export const createOrders = ({ call, caller }) => {
  /** Asks for reason and name; the dialog stays open with the reason when it is refused. @param {Order} order */
  const ask = ({ title, says, confirm, path, method, body, withReason, danger }) => {
    const dialog = byId('order');
    // A person's own token says who it is.
    const withName = caller()?.kind !== 'person';
    byId('order-title').textContent = title;
    byId('order-says').textContent = says;
    byId('order-confirm').textContent = confirm;
    byId('order-confirm').classList.toggle('danger', danger);
    byId('order-reason-label').hidden = !withReason;
    byId('order-reason').required = withReason;
    byId('order-reason').value = '';
    byId('order-by-label').hidden = !withName;
    byId('order-by').required = withName;
    byId('order-by').value = localStorage.getItem('name') ?? '';
    byId('order-error').hidden = true;
    dialog.querySelector('form').onsubmit = async (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const by = byId('order-by').value.trim();
      const reason = byId('order-reason').value.trim();
      if (withName) localStorage.setItem('name', by);
      byId('order-confirm').disabled = true;
      const order = { ...body, ...(withReason ? { reason } : {}), ...(withName ? { by } : {}) };
      const refused = await give(path, order, method);
      byId('order-confirm').disabled = false;
      byId('order-error').hidden = refused === '';
      byId('order-error').textContent = refused;
      if (refused === '') dialog.close();
    };
    dialog.showModal();
  };

  /** Empty when it was done, else why not. @param {string} path @param {object} body @param {string} [method] */
  const give = async (path, body, method) => {
    try {
      const response = await call(path, body, method);
      if (response.ok) return '';
      const { error } = await response.json();
      return `Refused: ${error}`;
    } catch (error) {
      return `tocsin does not answer (${error instanceof Error ? error.message : error}). Nothing is certain: look again before you repeat it.`;
    }
  };

  return {
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
    handsOff: (/** @type {boolean} */ on) =>
      ask({
        title: on ? 'Hands off?' : 'Let tocsin act again?',
        says: on
          ? 'tocsin pauses and resumes nothing by itself, until somebody ends that. What is paused stays paused.'
          : 'tocsin pauses and resumes by itself again, as its mode says.',
        confirm: on ? 'Hands off' : 'Hands on',
        path: '/v1/hands-off',
        method: on ? 'PUT' : 'DELETE',
        body: {},
        withReason: true,
        danger: on,
      }),
  };
};
