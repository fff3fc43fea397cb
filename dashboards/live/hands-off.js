// @ts-check
/** Hands off: whether it is, who said so, and the button for it. In: the state's word. Out: a line and a button. */
import { byId, setText, timeOf } from './view.js';

/** @param {{ handsOff(on: boolean): void }} orders */
export const createHandsOff = (orders) => {
  const button = byId('hands-off-button');
  button.addEventListener('click', () => orders.handsOff(button.dataset.on !== 'true'));
  /** @param {import('../../src/respond/gate/gate.ts').HandsOff | null} handsOff */
  return (handsOff) => {
    const box = byId('hands-off');
    box.hidden = handsOff === null;
    if (handsOff) {
      const since = handsOff.since === null ? '' : ` since ${timeOf(handsOff.since)}`;
      setText(
        box,
        `Hands off${since} by ${handsOff.by} (${handsOff.reason}): tocsin pauses and resumes nothing by itself`,
      );
    }
    button.dataset.on = String(handsOff !== null);
    setText(button, handsOff ? 'Hands on' : 'Hands off');
  };
};
