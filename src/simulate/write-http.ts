/** Events as NDJSON to a running daemon's POST /v1/events. */
import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../runtime/errors.ts';
import { toLines, type Writer } from './write.ts';

const TRIES = 6;
/** The most lines of a request, which keeps its body well under the daemon's default limit. */
const LINES_A_REQUEST = 5_000;

export interface HttpTarget {
  /** The daemon's address; /v1/events is added when it has no path. */
  readonly url: string;
  readonly token?: string;
}

/** Writes to a daemon. `write` rejects when it is refused (4xx), or still not taken after several tries. */
export const createHttpWriter = ({ url, token }: HttpTarget): Writer => {
  const target = new URL(url);
  if (target.pathname === '/') target.pathname = '/v1/events';
  const headers: Record<string, string> = { 'content-type': 'application/x-ndjson' };
  if (token) headers.authorization = `Bearer ${token}`;

  const post = async (body: string): Promise<void> => {
    for (let attempt = 1; ; attempt++) {
      const problem = await tryOnce(target, { headers, body });
      if (problem === undefined) return;
      if (attempt === TRIES) throw new Error(`${target.origin} does not take events: ${problem}`);
      await wait(100 * 2 ** attempt);
    }
  };
  return {
    write: async (batch) => {
      for (let from = 0; from < batch.length; from += LINES_A_REQUEST)
        await post(toLines(batch.slice(from, from + LINES_A_REQUEST)));
    },
    close: async () => undefined,
  };
};

/** Posts once: undefined when it was taken, else why it may be tried again. Throws when it would be refused again. */
const tryOnce = async (
  target: URL,
  request: { headers: Record<string, string>; body: string },
): Promise<string | undefined> => {
  let response: Response;
  try {
    response = await fetch(target, { method: 'POST', ...request, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    return messageOf(error);
  }
  const text = await response.text();
  if (response.ok) return undefined;
  if (response.status === 429 || response.status >= 500) return `${response.status} ${text.slice(0, 200)}`;
  throw new Error(`${target.origin} refused events: ${response.status} ${text.slice(0, 200)}`);
};
