/**
 * Alertmanager, by its API v2 (https://prometheus.io/docs/alerting/latest/alerts_api/): an incident is one alert,
 * resolved by its endsAt. Lines of a thread are not for it; the card says how things stand.
 */
import type { OutboxEntry } from '../outbox/outbox.ts';
import { postJson } from './http-post.ts';
import type { Sender } from './sender.ts';

/** How long an alert fires that nobody renews or resolves, in ms. */
const FIRES_FOR = 86_400_000;

export const createAlertmanagerSender = (parts: {
  /** Where Alertmanager answers, without /api/v2. */
  url: string;
  /** The clock, in epoch ms. */
  now?: () => number;
  timeout?: number;
}): Sender => {
  const { now = Date.now, timeout = 10_000 } = parts;
  const url = `${parts.url.replace(/\/+$/, '')}/api/v2/alerts`;
  return {
    deliver: async (entry, thread) => {
      if (entry.kind === 'card')
        await postJson(url, { body: JSON.stringify(alertsOf(entry, now())), timeout });
      return thread ?? { channel: 'alertmanager', ts: entry.incident };
    },
  };
};

/**
 * Labels tell alerts apart, so that a critical one is another alert than the warning it was before: that one is
 * resolved along with it. To resolve what never fired is no news to anybody.
 */
const alertsOf = ({ incident, severity, text, about }: OutboxEntry, now: number) => {
  const since = about?.since ?? now;
  const alert = (as: OutboxEntry['severity'], endsAt: number) => ({
    labels: { alertname: 'tocsin', provider: about?.provider ?? '', severity: as, incident },
    annotations: { summary: text.split('\n', 1)[0], description: text },
    startsAt: new Date(since).toISOString(),
    // Alertmanager refuses an alert that ends before it starts.
    endsAt: new Date(Math.max(endsAt, since + 1)).toISOString(),
  });
  const own = alert(severity, about?.until ?? now + FIRES_FOR);
  return severity === 'critical' ? [own, alert('warning', now)] : [own];
};
