/** One POST to a receiver that is not Slack. In: a body. Out: nothing, or a `SendError` without secrets. */
import { failureCodeOf } from '../../runtime/errors.ts';
import { SendError, type SendProblem } from './sender.ts';

/** How many seconds are waited when a receiver limits the rate without saying for how long. */
const DEFAULT_RETRY_AFTER = 30;
/** These statuses say that this one body is wrong, and not the address or the receiver. */
const UNFIT = [400, 413, 415, 422];

/** `timeout` is in ms. A redirect is not followed: it would carry what was meant for one address to another. */
export const postJson = async (
  url: string,
  { body, headers = {}, timeout }: { body: string; headers?: Record<string, string>; timeout: number },
): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeout),
  }).catch((error) => {
    throw new SendError({ kind: 'unreachable', why: failureCodeOf(error) });
  });
  await response.body?.cancel();
  if (!response.ok) throw new SendError(problemOf(response));
};

const problemOf = ({ status, headers }: Response): SendProblem => {
  const code = `HTTP ${status}`;
  if (status === 429) {
    const asked = Number(headers.get('retry-after') ?? DEFAULT_RETRY_AFTER);
    return { kind: 'rate_limited', retryAfter: Number.isFinite(asked) ? asked : DEFAULT_RETRY_AFTER };
  }
  if (status === 408 || status >= 500) return { kind: 'unreachable', why: code };
  if (UNFIT.includes(status)) return { kind: 'unfit', code };
  return { kind: 'refused', code, todo: 'correct its address in notify.fallback, or what it lets in' };
};
