/**
 * The hook: tells a provider's own system, over HTTP, that it is paused or resumed.
 * In: the hook's configuration and the order. Out: taken, or why not. No secret is ever part of that why.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderConfig } from '../config/schema.ts';
import type { Ms } from '../events/event.ts';
import { fillRequest, type Request, sendRequest } from './request.ts';

export interface HookPayload {
  readonly action: 'pause' | 'resume';
  readonly provider: string;
  readonly incident: string | null;
  readonly reason: string;
  readonly since: Ms;
  /** The order's fencing token: ignore an order with a lower one than the last. */
  readonly token: number;
}

export interface HookWorld {
  /** Where `${NAME}` in the url and the headers comes from. */
  readonly env: NodeJS.ProcessEnv;
  readonly fetch?: typeof globalThis.fetch;
  readonly sleep?: (ms: number) => Promise<unknown>;
  readonly random?: () => number;
}

export type HookResult = { readonly ok: true } | { readonly ok: false; readonly error: string };
type Hook = NonNullable<ProviderConfig['hooks']['pause']>;

const TRIES = 3;
const FIRST_BACKOFF = 250;

/** Three tries, each with the hook's timeout; the key in Idempotency-Key is the same in all of them. */
export const callHook = async (hook: Hook, payload: HookPayload, world: HookWorld): Promise<HookResult> => {
  const { sleep = delay, random = Math.random } = world;
  const request = requestOf(hook, payload, world.env);
  if ('error' in request) return { ok: false, error: request.error };
  let error = '';
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    if (attempt > 1) await sleep(FIRST_BACKOFF * 2 ** (attempt - 2) * (0.5 + random()));
    const sent = await sendRequest(request, hook.timeout, world.fetch ?? globalThis.fetch);
    if (sent.ok) return sent;
    error = sent.error;
  }
  return { ok: false, error: `the ${payload.action} hook ${error}, ${TRIES} times tried` };
};

const requestOf = (
  hook: Hook,
  payload: HookPayload,
  env: NodeJS.ProcessEnv,
): Request | { readonly error: string } => {
  const { action, incident, token } = payload;
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': `${encodeURIComponent(incident ?? payload.provider)}-${action}-${token}`,
  };
  const filled = fillRequest(`the ${action} hook`, hook, { env, headers });
  if ('error' in filled) return filled;
  return { ...filled, init: { ...filled.init, body: JSON.stringify(payload) } };
};
