/**
 * The guard of all routes: who may pass, and how often. In: a request as it came in. Out: who it comes from, or why it
 * may not pass. Guessing is stopped by address: after some wrong tokens nobody is answered from there for a while.
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../events/event.ts';
import type { Access, AccessRefusal, Admission } from './access.ts';
import { createLimit, PER_MINUTE, type PerMinute } from './limits.ts';
import type { Route } from './routes.ts';

/** A request, and the address that it comes from. */
export interface Visit {
  readonly address: string;
  readonly headers: IncomingHttpHeaders;
  /** The token that it shows. */
  readonly shown: string | undefined;
  readonly route: Pick<Route, 'role' | 'rate'>;
}

/** Decides whether a request may pass; each call counts for its limits. */
export type Guard = (visit: Visit) => Admission;

/** A guard by `access`, with limits a minute. */
export const createGuard = (parts: {
  access: Access;
  clock: Clock;
  perMinute?: PerMinute | undefined;
}): Guard => {
  const { access, clock, perMinute = PER_MINUTE } = parts;
  const failures = createLimit(perMinute.failures);
  const limits = { reads: createLimit(perMinute.reads), orders: createLimit(perMinute.orders) };

  return ({ address, headers, shown, route }) => {
    const now = clock();
    const held = failures.wait(address, now);
    if (held > 0) return { refused: tooMany('too many wrong tokens from this address', held) };
    const admission = access({ headers, shown, route });
    if ('refused' in admission) {
      if (admission.refused.status === 401 && shown !== undefined) failures.take(address, now);
      return admission;
    }
    const { rate } = route;
    if (rate === 'none') return admission;
    const { name, kind } = admission.caller;
    const keys = [`address ${address}`, ...(kind === 'anybody' ? [] : [`token ${name}`])];
    const wait = Math.max(...keys.map((key) => limits[rate].take(key, now)));
    if (wait === 0) return admission;
    return { refused: { ...tooMany(`more than ${perMinute[rate]} ${rate} in a minute`, wait), by: name } };
  };
};

const tooMany = (what: string, retryAfter: number): AccessRefusal => ({
  status: 429,
  error: `${what}: again in ${retryAfter} s`,
  retryAfter,
});
