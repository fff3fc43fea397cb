/** The orders behind the buttons: a port that the composition root fills. What it leaves out is not offered. */
import type { Incident } from '../incidents/incident.ts';
import { OFFERS, type Offer } from './offers.ts';

/**
 * Answers what the thread is to be told, or nothing where the incident's own change tells it. Rejects when it was not
 * done; the message says why.
 */
export type ButtonOrder = (incident: string, by: string) => Promise<string | undefined>;
export type ButtonOrders = { readonly [offer in Offer]?: ButtonOrder };

/** How long a person is spared an incident, in ms. */
export const MUTED_FOR = 3_600_000;

export const offersOf = (orders: ButtonOrders): ReadonlySet<Offer> =>
  new Set(OFFERS.filter((offer) => orders[offer] !== undefined));

/** `more` holds the orders that are given to other parts than these. */
export const createButtonOrders = (parts: {
  incidents: () => readonly Incident[];
  acknowledge: (incident: string, by: string) => Promise<void>;
  resume: (provider: string, reason: string, by: string) => Promise<void>;
  mute: (incident: string, severity: Incident['severity'], length: number) => Promise<void>;
  more?: Omit<ButtonOrders, 'acknowledge' | 'resume' | 'mute'>;
}): ButtonOrders => {
  const find = (id: string): Incident => {
    const incident = parts.incidents().find((one) => one.id === id);
    if (!incident) throw new Error('this incident is not known any more');
    return incident;
  };
  return {
    acknowledge: async (id, by) => {
      const { status } = find(id);
      if (status !== 'open') throw new Error(`it is ${status} already`);
      await parts.acknowledge(id, by);
      return undefined;
    },
    resume: async (id, by) => {
      await parts.resume(find(id).provider, 'asked for in Slack', by);
      return undefined;
    },
    mute: async (id, by) => {
      await parts.mute(id, find(id).severity, MUTED_FOR);
      return `Muted for an hour by ${by}, unless it becomes critical or a pause fails`;
    },
    ...parts.more,
  };
};
