/**
 * The configuration: every key, its default, its unit, and why one would change it; the larger parts in files of their
 * own beside this one.
 * In: a parsed YAML document. Out: `Config`, complete. Secrets are not here: see secrets.ts.
 */
import { isIP } from 'node:net';
import { z } from 'zod';
import { DAY } from '../events/time.ts';
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
import { byName, category } from './words.ts';

const isNetwork = (text: string): boolean => {
  const [address = '', length = '0', ...more] = text.split('/');
  const version = isIP(address);
  return (
    version > 0 && more.length === 0 && /^\d+$/.test(length) && Number(length) <= (version === 6 ? 128 : 32)
  );
};

const provider = z.strictObject({
  /** What messages are when events do not say; transactional by default, so that silence never accuses. */
  category: category.default('transactional'),
  /** Whether policy may never pause the provider; findings still alert. */
  protected: z.boolean().default(false),
  /** The categories that the provider can carry; without it, those that it carried in the last hour. */
  carries: z.array(category).optional(),
  /** The least that can be stopped at the provider: a pause is never narrower. */
  narrowest: z.enum(['campaign', 'category', 'provider']).default('campaign'),
  /** Whom to call at the provider when a pause does not stop it: a telephone number, an address. */
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
  /** The folder of embedded state: snapshot, outbox, incidents, gate, dead letters. */
  dataDir: z.string().min(1).default('./tocsin-data'),
  log: z
    .strictObject({ level: z.enum(['fatal', 'error', 'warn', 'info', 'debug']).default('info') })
    .prefault({}),
  /** Settings of providers by name; one that is not named is watched all the same, with the defaults. */
  providers: byName(provider),
  /** Settings of campaigns by name; one that is not named has the defaults of its provider. */
  campaigns: byName(
    z.strictObject({
      category: category.default('marketing'),
      /** Whether policy may never pause the campaign. */
      protected: z.boolean().default(false),
    }),
  ),
  intake,
  /**
   * Where shared state lives; without it, everything lives in the process and in dataDir. The password comes from
   * REDIS_PASSWORD or the URL in REDIS_URL.
   */
  redis: z
    .strictObject({
      /** The address of one server. */
      url: z.string().optional(),
      /** The nodes of a Redis Cluster, as "host:port". */
      cluster: z.array(z.string()).optional(),
      /** Sentinels, as "host:port", and their name for the master, whichever server that is. */
      sentinel: z
        .strictObject({
          nodes: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'must be host:port')).min(1),
          name: z.string().min(1).default('mymaster'),
        })
        .optional(),
      /** What every key begins with. */
      prefix: z.string().min(1).max(50).default('tocsin'),
    })
    .optional(),
  windows: z
    .strictObject({
      /** How far the watermark stays behind the newest event, so that events may come out of order. */
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
          /** The codes for STOP told apart. */
          codes: most(NAME_LIMITS.codes),
          /** The periods told apart that usage events bill for. */
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
      /** The probe of STOP, which the daemon and `tocsin probe stop` must have alike; without it there is none. */
      stop: stopProbe.optional(),
    })
    .prefault({}),
  incidents: z
    .strictObject({
      /** How long an incident without findings stays open; while its pause stands, silence tells nothing and it stays. */
      resolveAfter: lengthOf('15m'),
      /**
       * What is seen again so soon after its end is the same incident, in the same thread; no longer than a day. One
       * that came back three times in an hour is held open for as long before it is resolved again.
       */
      reopenWithin: lengthOf('30m').refine((within) => within <= DAY, 'must be a day at most'),
    })
    .prefault({}),
  blindness,
  respond,
  notify,
  live: z
    .strictObject({
      /** The address to listen on; beyond loopback, there must be a token. */
      host: z.string().default('127.0.0.1'),
      port: z.number().int().min(0).max(65535).default(8787),
      /**
       * People's own tokens, one a line: name:viewer or operator:SHA-256; `tocsin token new` makes them. Mode 600; read at
       * the start. So that the journal says who gave an order.
       */
      tokensFile: z.string().min(1).optional(),
      /** Your own proxies, as addresses or networks (10.0.0.0/8), whose X-Forwarded-For is believed. */
      proxies: z
        .array(z.string().refine(isNetwork, 'must be an address or a network such as 10.0.0.0/8'))
        .default([]),
      /** How often watchers of the live view get changes. */
      every: lengthOf('250ms'),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type ProviderConfig = Config['providers'][string];
export const defaultProvider: ProviderConfig = provider.parse({});
