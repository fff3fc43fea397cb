/** Whether the process was asked to stop. In: SIGINT and SIGTERM. Out: a signal of our own, which any wait can heed. */
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Logger } from 'pino';

/** Aborted by the first SIGINT or SIGTERM. A second one ends the process at once, as the shell expects it to end. */
export const stopAsked = (log?: Logger): AbortSignal => {
  const asked = new AbortController();
  const ask = (signal: NodeJS.Signals) => {
    if (asked.signal.aborted) process.exit(128 + constants.signals[signal]);
    log?.info({ signal }, 'stopping; once more to stop at once');
    asked.abort();
  };
  process.on('SIGINT', ask);
  process.on('SIGTERM', ask);
  return asked.signal;
};

/** Resolves once it is aborted. */
export const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};
