/**
 * Who may look and who may give orders.
 * In: a request's headers and the token it shows. Out: nothing when it may pass, else the status and why not.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

export interface Refusal {
  readonly status: 401 | 403;
  readonly error: string;
}

export interface Access {
  /** The request comes from our own page, or from no page at all. */
  origin(headers: IncomingHttpHeaders): Refusal | undefined;
  /** The request shows the token, when there is one to show. */
  token(shown: string | undefined): Refusal | undefined;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const hostOf = (address: string): string | undefined => {
  try {
    return new URL(address).host;
  } catch {
    return undefined;
  }
};

/**
 * Without a token, only the machine's own names are answered: a foreign name that was made to point here (DNS
 * rebinding) would otherwise be an origin of its own.
 */
export const createAccess = ({ token, host }: { token?: string; host: string }): Access => {
  const wanted = token ? digest(token) : undefined;

  const isOwnName = (header: string): boolean => {
    const name = hostOf(`http://${header}`)?.replace(/:\d+$/, '') ?? '';
    return name === 'localhost' || name === host || isIP(name.replace(/^\[|\]$/g, '')) > 0;
  };

  return {
    origin: (headers) => {
      const own = headers.host ?? '';
      if (!wanted && !isOwnName(own))
        return { status: 403, error: 'without TOCSIN_TOKEN, only localhost or an address is answered' };
      if (headers.origin !== undefined && hostOf(headers.origin) !== hostOf(`http://${own}`))
        return { status: 403, error: 'this page is not of this server' };
      return undefined;
    },
    token: (shown) => {
      if (!wanted || (shown !== undefined && timingSafeEqual(wanted, digest(shown)))) return undefined;
      return { status: 401, error: 'a token is needed: Authorization: Bearer <TOCSIN_TOKEN>' };
    },
  };
};

/** The token of an `Authorization: Bearer` header. */
export const bearerOf = (headers: IncomingHttpHeaders): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
