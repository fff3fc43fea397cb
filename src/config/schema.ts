/**
 * The configuration: every key, its default, its unit, and why one would change it; the larger parts in files of their
 * own beside this one.
 * In: a parsed YAML document. Out: `Config`, complete. Secrets are not here: see secrets.ts.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { actuators } from './actuators.ts';
import { blindness } from './blindness.ts';
import { detect } from './detect.ts';
import { intake } from './intake.ts';
import { lengthOf } from './length.ts';
import { MODES } from './mode.ts';
import { NAME_LIMITS } from './name-limits.ts';
import { notify } from './notify.ts';
import { stopProbe } from './probe.ts';
import { respond } from './respond.ts';
import { category, name } from './words.ts';

const isNetwork = (text: string): boolean => {
  const [address = '', length = '0', ...more] = text.split('/');
  const version = isIP(address);
  return (
    version > 0 && more.length === 0 && /^\d+$/.test(length) && Number(length) <= (version === 6 ? 128 : 32)
  );
};

const provider = z.strictObject({
  /** What its messages are when the event does not say. Default: transactional, so that silence never accuses. */
  category: category.default('transactional'),
  /** Never paused by policy; findings still alert. */
  protected: z.boolean().default(false),
  /** What it is able to carry. Default: what it was seen to carry in the last hour. */
  carries: z.array(category).optional(),
  /** The least that can be stopped there: a pause is never narrower. */
  narrowest: z.enum(['campaign', 'category', 'provider']).default('campaign'),
  /** Whom to call there when a pause does not stop it: a telephone number, an address. */
  contact: z.string().min(1).max(200).optional(),
  /** What else stops it, told after the gate is set and after it is cleared: actuators.ts. */
  actuators,
  hooks: z
    .undefined({ error: 'is called actuators: [{ kind: http, pause: { url: ... }, resume: { url: ... } }]' })
    .optional(),
});

const most = (names: number) => z.number().int().min(1).max(10_000).default(names);

export const configSchema = z.strictObject({
  /** learning warns and decides nothing; dry-run says what it would pause; armed pauses. Changed at run time: mode.ts. */
  mode: z.enum(MODES).default('dry-run'),
  /** Embedded state: snapshot, outbox, incidents, gate, dead letters. */
  dataDir: z.string().min(1).default('./tocsin-data'),
  log: z
    .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info') })
    .prefault({}),
  /** Providers by name. One that is not here is watched all the same, with the defaults. */
  providers: z.record(name, provider).default({}),
  /** Campaigns by name. */
  campaigns: z
    .record(
      name,
      z.strictObject({
        category: category.default('marketing'),
        /** Never paused by policy. */
        protected: z.boolean().default(false),
      }),
    )
    .default({}),
  intake,
  /** Absent: everything lives in the process and in dataDir. The password comes from REDIS_PASSWORD or the URL in REDIS_URL. */
  redis: z
    .strictObject({
      /** One server. */
      url: z.string().optional(),
      /** Or the nodes of a Redis Cluster, "host:port". */
      cluster: z.array(z.string()).optional(),
      /** Or Sentinels, "host:port", and what they call the master: whichever server that is. */
      sentinel: z
        .strictObject({
          nodes: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1),
          name: z.string().min(1).default('mymaster'),
        })
        .optional(),
      /** Before every key. */
      prefix: z.string().min(1).max(50).default('tocsin'),
    })
    .optional(),
  windows: z
    .strictObject({
      /** How far behind the newest event the watermark stays, for events out of order. */
      lateness: lengthOf('2s'),
      /**
       * So many names are told apart in a partition, of a provider and in two hours of event time; those beyond are
       * counted together as "(other)", and that is said. Names that are not used for an hour make room.
       */
      names: z
        .strictObject({
          providers: most(NAME_LIMITS.providers),
          campaigns: most(NAME_LIMITS.campaigns),
          senders: most(NAME_LIMITS.senders),
          errors: most(NAME_LIMITS.errors),
          /** Of STOP. */
          codes: most(NAME_LIMITS.codes),
          /** Billed for, by usage events. */
          periods: most(NAME_LIMITS.periods),
        })
        .prefault({}),
      /** How often the embedded windows are written to disk. */
      snapshotEvery: lengthOf('10s'),
    })
    .prefault({}),
  detect,
  probe: z
    .strictObject({
      /** Absent: no probe. The daemon and `tocsin probe stop` need the same. */
      stop: stopProbe.optional(),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      /** An incident without findings for this long is resolved; never while its pause stands: that silence tells nothing. */
      resolveAfter: lengthOf('15m'),
      /**
       * What is seen again so soon after its end is the same incident, in the same thread; no longer than a day. One
       * that came back three times in an hour is held open for as long before it is resolved again.
       */
      reopenWithin: lengthOf('30m').refine((within) => within <= 86_400_000, 'must be a day at most'),
    })
    .prefault({}),
  blindness,
  respond,
  notify,
  live: z
    .strictObject({
      /** Beyond loopback, there must be a token. */
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(8787),
      /**
       * People's own tokens, one a line: name:viewer or operator:SHA-256; `tocsin token new` makes them. Mode 600; read at
       * the start. So that the journal says who gave an order.
       */
      tokensFile: z.string().min(1).optional(),
      /** Addresses or networks (10.0.0.0/8) of your own proxies: what they say in X-Forwarded-For is believed. */
      proxies: z
        .array(z.string().refine(isNetwork, 'must be an address or a network such as 10.0.0.0/8'))
        .default([]),
      /** How often watchers get changes. */
      every: lengthOf('250ms'),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export const defaultProvider: ProviderConfig = provider.parse({});
