/**
 * The channels: the first takes every alert; the others are told as well what the first has not taken for a while.
 * Each empties the one outbox through a view and a delivery of its own, so that none waits for another.
 */
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Secrets } from '../../config/secrets.ts';
import { duration } from '../../events/event.ts';
import type { Offer } from '../../respond/offers.ts';
import { createDelivery, type Delivery, type DeliveryPatience } from '../delivery.ts';
import type { Outbox, OutboxEntry } from '../outbox/outbox.ts';
import { firstView, otherView } from '../outbox/views.ts';
import { illustrated } from '../slack/illustrate.ts';
import type { RatePicture } from '../slack/rate-picture.ts';
import { createSlackSender } from '../slack/slack.ts';
import { createAlertmanagerSender } from './alertmanager.ts';
import { createLogSender, type Sender } from './sender.ts';
import { createWebhookSender } from './webhook.ts';

export interface Channel {
  /** Names the channel in the outbox; it is the same whenever the configuration is. */
  readonly id: string;
  /** The channel's name for people. */
  readonly name: string;
  readonly send: Sender;
}

export interface ChannelParts {
  readonly config: Config['notify'];
  readonly secrets: Pick<Secrets, 'slackToken' | 'webhookSecret'>;
  readonly outbox: Outbox;
  readonly log: Logger;
  /** False while another instance delivers. */
  readonly allowed?: () => boolean;
  /** The orders behind the buttons. */
  readonly offers?: ReadonlySet<Offer>;
  readonly patience?: Partial<DeliveryPatience>;
  /** A provider's rate of the last minutes, for notify.slack.picture. */
  readonly pictureOf?: (provider: string) => RatePicture | undefined;
  /** How long one call may take, in ms. */
  readonly timeout?: number;
}

export const createChannels = (parts: ChannelParts): Delivery => {
  const { config, outbox } = parts;
  const [first = logChannel(parts.log), ...others] = channelsOf(parts);
  const { log, allowed, patience } = parts;
  const editEvery = config.slack?.editEvery ?? duration(0);
  const deliver = ({ name, send }: Channel, view: ReturnType<typeof firstView>): Delivery =>
    createDelivery({ outbox: view, send, name, editEvery, log, allowed, patience });

  const main = deliver(
    first,
    firstView(
      outbox,
      others.map(({ id }) => id),
    ),
  );
  /** Whether the first channel has been failing for long, or long enough for this entry to be old. */
  const due = (entry: OutboxEntry): boolean => {
    const failing = main.failing(entry.incident);
    return failing !== undefined && Math.max(failing, entry.waited) >= config.fallbackAfter;
  };
  const deliveries = [main, ...others.map((other) => deliver(other, otherView(outbox, other.id, due)))];

  return {
    wake: () => {
      for (const delivery of deliveries) delivery.wake();
    },
    stop: async () => {
      await Promise.all(deliveries.map((delivery) => delivery.stop()));
    },
    problem: () => {
      const problems = deliveries.flatMap((delivery) => delivery.problem() ?? []);
      return problems.length > 0 ? problems.join('; ') : undefined;
    },
    failing: main.failing,
  };
};

/** The channels of the configuration in its order; none when alerts are only logged. */
export const channelsOf = (parts: Omit<ChannelParts, 'outbox'>): Channel[] => {
  const { config, secrets, log, timeout, offers } = parts;
  const slack = (channel: string, key: string): Sender => {
    const apiUrl = config.slack?.apiUrl ?? 'https://slack.com/api/';
    const token = secrets.slackToken ?? '';
    return createSlackSender({ token, config: { channel, apiUrl }, log, timeout, offers, key });
  };
  const own = config.slack?.channel;
  const withPictures = (send: Sender): Sender =>
    config.slack?.picture && parts.pictureOf ? illustrated(send, parts.pictureOf, log) : send;
  return [
    ...(own === undefined
      ? []
      : [{ id: `slack:${own}`, name: 'Slack', send: withPictures(slack(own, 'notify.slack.channel')) }]),
    ...config.fallback.map((other): Channel => {
      if ('slack' in other) {
        const send = slack(other.slack, 'notify.fallback');
        return { id: `slack:${other.slack}`, name: `Slack (${other.slack})`, send };
      }
      if ('webhook' in other) {
        const send = createWebhookSender({ url: other.webhook, secret: secrets.webhookSecret, timeout });
        return { id: idOf('webhook', other.webhook), name: `the webhook at ${hostOf(other.webhook)}`, send };
      }
      const send = createAlertmanagerSender({ url: other.alertmanager, timeout });
      return {
        id: idOf('alertmanager', other.alertmanager),
        name: `Alertmanager at ${hostOf(other.alertmanager)}`,
        send,
      };
    }),
  ];
};

export const logChannel = (log: Logger): Channel => ({
  id: 'log',
  name: 'the log',
  send: createLogSender(log),
});

/** An address may be a secret in itself: only its hash is kept, and only its host is shown. */
const idOf = (kind: string, url: string): string =>
  `${kind}:${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
const hostOf = (url: string): string => new URL(url).host;
