/**
 * Who may look and who may give orders.
 * In: a request's headers and the token it shows. Out: who it is, or the status and why it may not pass.
 */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { type Caller, hashOf, type KnownToken } from '../config/tokens.ts';
import type { Route } from './routes.ts';

/** Why a request may not pass, as an HTTP status and a sentence. */
export interface AccessRefusal {
  readonly status: 401 | 403 | 429;
  readonly error: string;
  /** The name of who was refused, when it is known. */
  readonly by?: string;
  /** When to come again, in seconds. */
  readonly retryAfter?: number;
}

/** A request that wants to pass. */
export interface Knock {
  readonly headers: IncomingHttpHeaders;
  /** The token that it shows. */
  readonly shown: string | undefined;
  readonly route: Pick<Route, 'role' | 'rate'>;
}

/** Who a request comes from, or why it may not pass. */
export type Admission = { readonly caller: Caller } | { readonly refused: AccessRefusal };

/** Decides whether a request may pass, by its token and its route. */
export type Access = (knock: Knock) => Admission;

const ANYBODY: Caller = { name: 'anybody', role: 'operator', kind: 'anybody' };

const hostOf = (address: string): string | undefined => {
  try {
    return new URL(address).host;
  } catch {
    return undefined;
  }
};

/**
 * Without tokens, only the machine's own names are answered: a foreign name that was made to point here (DNS
 * rebinding) would otherwise be an origin of its own.
 */
export const createAccess = (parts: { tokens: readonly KnownToken[]; host: string }): Access => {
  const { tokens, host } = parts;
  const isOpen = tokens.length === 0;

  const isOwnName = (header: string): boolean => {
    const name = hostOf(`http://${header}`)?.replace(/:\d+$/, '') ?? '';
    return name === 'localhost' || name === host || isIP(name.replace(/^\[|\]$/g, '')) > 0;
  };

  /** Why a request may come from a foreign page; undefined when it comes from our own, or from no page at all. */
  const fromElsewhere = (headers: IncomingHttpHeaders): string | undefined => {
    const own = headers.host ?? '';
    if (isOpen && !isOwnName(own)) return 'without a token, only localhost or an address is answered';
    if (headers.origin === undefined || hostOf(headers.origin) === hostOf(`http://${own}`)) return undefined;
    return 'this page is not of this server';
  };

  /** Who a token belongs to; all are compared whichever it is, so that the time it takes tells nothing. */
  const callerOf = (shown: string | undefined): Caller | undefined => {
    if (isOpen) return ANYBODY;
    if (shown === undefined) return undefined;
    const hash = hashOf(shown);
    return tokens.filter((known) => timingSafeEqual(known.hash, hash))[0]?.caller;
  };

  return ({ headers, shown, route }) => {
    const elsewhere = fromElsewhere(headers);
    if (elsewhere) return { refused: { status: 403, error: elsewhere } };
    const caller = callerOf(shown);
    if (!caller)
      return { refused: { status: 401, error: 'a token is needed: Authorization: Bearer <token>' } };
    if (route.role === 'operator' && caller.role === 'viewer')
      return { refused: { status: 403, error: 'a viewer may look, and give no orders', by: caller.name } };
    return { caller };
  };
};

/** The token of an `Authorization: Bearer` header. */
export const bearerOf = (headers: IncomingHttpHeaders): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];

/**
 * Under whose name an order is written down: a person's token says it; who shares one says it in the body, and is
 * written down as just that. Throws an error of status 400 when nobody does.
 */
export const giverOf = ({ kind, name }: Caller, claimed: string | undefined): string => {
  if (kind === 'person') return name;
  if (claimed === undefined)
    throw Object.assign(new Error('by: say who gives the order'), { statusCode: 400 });
  return kind === 'shared' ? `${claimed} (shared token)` : claimed;
};
