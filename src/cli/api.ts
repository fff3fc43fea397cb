/** Talks to a running daemon over its HTTP API; what status, pause, resume and announce share. */
import { CommandError, EXIT } from './exit.ts';

/** Where a daemon listens by default. */
export const DEFAULT_URL = 'http://127.0.0.1:8787';

/** Calls a daemon and answers its JSON. Throws `CommandError` when none answers (3) or it refuses (1). */
export const callDaemon = async (
  url: string,
  path: string,
  body?: Record<string, unknown>,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' = body ? 'POST' : 'GET',
): Promise<unknown> => {
  const token = process.env.TOCSIN_TOKEN;
  const headers: Record<string, string> = { ...(token ? { authorization: `Bearer ${token}` } : {}) };
  if (body) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers,
      signal: AbortSignal.timeout(10_000),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } catch {
    throw new CommandError(
      `no tocsin answers at ${url}; is it running, and is --url right?`,
      EXIT.unreachable,
    );
  }
  const text = await response.text();
  if (response.status === 401)
    throw new CommandError('the daemon wants a token, yours or the shared one: export TOCSIN_TOKEN');
  if (!response.ok) throw new CommandError(`the daemon refused (${response.status}): ${sentenceIn(text)}`);
  return text === '' ? null : JSON.parse(text);
};

/** Why a request was refused, from `detail` or `error`; whoever else listens there says it in its own way. */
const sentenceIn = (text: string): string => {
  try {
    const { detail, error } = JSON.parse(text) as { detail?: string; error?: string };
    return detail ?? error ?? text;
  } catch {
    return text;
  }
};
