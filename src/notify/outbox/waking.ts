/** An outbox that wakes whoever delivers from it: what is put goes out at once, and nobody who puts needs to ask for it. */
import type { Outbox } from './outbox.ts';

/** `wake`: there is something new. It is called once the outbox has it for good. */
export const waking = (outbox: Outbox, wake: () => void): Outbox => ({
  ...outbox,
  put: async (notices, token) => {
    await outbox.put(notices, token);
    if (notices.length > 0) wake();
  },
});
