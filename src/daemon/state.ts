/**
 * Where state lives: in Redis when there is one, else in the process and in `dataDir`. Both answer the same ports;
 * nothing but this file and the composition root knows which it is.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import writeFileAtomic from 'write-file-atomic';
import {
  type Agreement,
  createRedisAgreement,
  createSoleAgreement,
  fingerprintOf,
} from '../cluster/agreement.ts';
import { createSoleLease, type Lease } from '../cluster/lease.ts';
import { createRedisLease } from '../cluster/lease-redis.ts';
import type { Config } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Checkpoint } from '../evaluate/checkpoint.ts';
import { createFileCheckpoint } from '../evaluate/checkpoint-file.ts';
import { createRedisCheckpoint } from '../evaluate/checkpoint-redis.ts';
import { createMemoryMailbox, type Mailbox } from '../evaluate/mailbox.ts';
import { createRedisMailbox } from '../evaluate/mailbox-redis.ts';
import type { Clock } from '../events/event.ts';
import { type Board, createFileBoard } from '../health/board.ts';
import { createRedisBoard } from '../health/board-redis.ts';
import { createFileJournal } from '../incidents/audit/file.ts';
import { journaled } from '../incidents/audit/journaled.ts';
import type { Journal } from '../incidents/audit/log.ts';
import { createRedisJournal } from '../incidents/audit/redis.ts';
import type { IncidentStore } from '../incidents/store.ts';
import { remembering } from '../incidents/store-cached.ts';
import { createFileIncidents } from '../incidents/store-file.ts';
import { createRedisIncidents } from '../incidents/store-redis.ts';
import { createFileOutbox } from '../notify/outbox/file.ts';
import type { Outbox } from '../notify/outbox/outbox.ts';
import { createRedisOutbox } from '../notify/outbox/redis.ts';
import { createMemoryOnce, createRedisOnce, type Once } from '../notify/slack/once.ts';
import { createFileGate } from '../respond/gate/file.ts';
import type { Gate } from '../respond/gate/gate.ts';
import { createRedisGate } from '../respond/gate/redis.ts';
import { connectRedis } from '../runtime/redis.ts';
import { createMemoryStore } from '../windows/store/memory.ts';
import { createRedisStore } from '../windows/store/redis.ts';
import { openSnapshot } from '../windows/store/snapshot.ts';
import type { WindowStore } from '../windows/store/store.ts';

export interface State {
  readonly store: WindowStore;
  /** Every action recorded stands in the journal too. */
  readonly incidents: IncidentStore;
  readonly journal: Journal;
  readonly mailbox: Mailbox;
  readonly gate: Gate;
  readonly outbox: Outbox;
  readonly once: Once;
  readonly lease: Lease;
  readonly checkpoint: Checkpoint;
  /** By what the instances run. */
  readonly agreement: (config: Config, clock: Clock) => Agreement;
  /** What the instances do not see. */
  readonly board: (clock: Clock) => Board;
  /** Keys the hashes of phone numbers. */
  readonly hmacKey: string;
  close(): Promise<void>;
}

export const openState = (config: Config, secrets: Secrets, log: Logger): Promise<State> =>
  config.redis ? openInRedis(config.redis, secrets, log) : openEmbedded(config, secrets, log);

const openInRedis = async (
  config: NonNullable<Config['redis']>,
  secrets: Secrets,
  log: Logger,
): Promise<State> => {
  const redis = connectRedis(config, secrets);
  redis.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis: retrying by itself'));
  const { prefix } = config;
  const journal = createRedisJournal({ redis, prefix });
  const parts = {
    store: createRedisStore({ redis, prefix }),
    incidents: journaled(remembering(createRedisIncidents({ redis, prefix }), log), journal),
    journal,
    gate: createRedisGate({ redis, prefix }),
    outbox: createRedisOutbox({ redis, prefix }),
    lease: createRedisLease({ redis, prefix }),
  };
  return {
    ...parts,
    mailbox: createRedisMailbox({ redis, prefix }),
    once: createRedisOnce({ redis, prefix }),
    checkpoint: createRedisCheckpoint({ redis, prefix }),
    agreement: (whole, clock) =>
      createRedisAgreement({ redis, prefix, fingerprint: fingerprintOf(whole), clock }),
    board: (clock) => createRedisBoard({ redis, prefix, clock }),
    hmacKey: secrets.hmacKey ?? '',
    close: async () => {
      await parts.lease.release();
      await Promise.all(
        [parts.lease, parts.store, parts.incidents, journal, parts.gate, parts.outbox].map((part) =>
          part.close(),
        ),
      );
      redis.disconnect();
    },
  };
};

const openEmbedded = async (config: Config, secrets: Secrets, log: Logger): Promise<State> => {
  const file = (name: string) => join(config.dataDir, name);
  mkdirSync(config.dataDir, { recursive: true });
  const store = createMemoryStore();
  const snapshot = await openSnapshot({
    store,
    path: file('windows.json'),
    every: config.windows.snapshotEvery,
    log,
  });
  const journal = await createFileJournal({ dir: config.dataDir });
  const parts = {
    incidents: journaled(await createFileIncidents({ dir: config.dataDir }), journal),
    journal,
    gate: await createFileGate({ path: file('gate.json') }),
    outbox: await createFileOutbox({ path: file('outbox.json') }),
  };
  return {
    store,
    ...parts,
    mailbox: createMemoryMailbox(),
    once: createMemoryOnce(),
    lease: createSoleLease(),
    checkpoint: createFileCheckpoint({ path: file('watch.json') }),
    agreement: createSoleAgreement,
    board: () => createFileBoard({ path: file('blindness.json') }),
    hmacKey: secrets.hmacKey ?? ownKey(file('hmac.key')),
    close: async () => {
      await snapshot.stop();
      await Promise.all(
        [store, parts.incidents, journal, parts.gate, parts.outbox].map((part) => part.close()),
      );
    },
  };
};

/** Embedded, one process: a key of its own, made once and readable by its owner alone. */
const ownKey = (path: string): string => {
  if (!existsSync(path)) writeFileAtomic.sync(path, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
};
