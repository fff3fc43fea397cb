/**
 * The hook: tells a provider's own system, over HTTP, that it is paused or resumed.
 * In: the hook's configuration and the order. Out: taken, or why not. No secret is ever part of that why.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderConfig } from '../config/schema.ts';
import type { Ms } from '../events/event.ts';

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
    const failed = await send(request, hook.timeout, world.fetch ?? globalThis.fetch);
    if (failed === undefined) return { ok: true };
    error = failed;
  }
  return { ok: false, error: `the ${payload.action} hook ${error}, ${TRIES} times tried` };
};

interface HookRequest {
  readonly url: string;
  readonly init: { method: string; headers: Headers; body: string };
}

const requestOf = (
  hook: Hook,
  payload: HookPayload,
  env: NodeJS.ProcessEnv,
): HookRequest | { readonly error: string } => {
  const texts = [hook.url, ...Object.values(hook.headers)];
  const missing = new Set(texts.flatMap(namesIn).filter((name) => !env[name]));
  if (missing.size > 0) return { error: `not set in the environment: ${[...missing].join(', ')}` };
  const filled = (text: string) => text.replaceAll(VARIABLE, (_, name: string) => env[name] ?? '');
  const { action, incident, token } = payload;
  const url = filled(hook.url);
  // The runtime's own words for a bad address or header would quote it, secrets and all.
  if (!URL.canParse(url)) return { error: `the ${action} hook's url is not an address` };
  const headers = new Headers({
    'content-type': 'application/json',
    'idempotency-key': `${encodeURIComponent(incident ?? payload.provider)}-${action}-${token}`,
  });
  for (const [name, value] of Object.entries(hook.headers)) {
    try {
      headers.set(name, filled(value));
    } catch {
      return { error: `the ${action} hook's header ${JSON.stringify(name)} cannot be sent` };
    }
  }
  return { url, init: { method: hook.method, headers, body: JSON.stringify(payload) } };
};

const VARIABLE = /\$\{(\w+)\}/g;
const namesIn = (text: string): string[] => [...text.matchAll(VARIABLE)].map(([, name = '']) => name);

/** Undefined when it was taken. A redirect is not followed: it would carry the headers elsewhere. */
const send = async (
  request: HookRequest,
  timeout: number,
  fetch: typeof globalThis.fetch,
): Promise<string | undefined> => {
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(request.url, { ...request.init, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok ? undefined : `was answered ${response.status}`;
  } catch (error) {
    return whyOf(error, timeout);
  }
};

const whyOf = (error: unknown, timeout: number): string => {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return `had no answer within ${timeout / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
  return `could not be delivered (${code})`;
};
