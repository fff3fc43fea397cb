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
import type { Lifecycle } from '../runtime/lifecycle.ts';
import { connectRedis } from '../runtime/redis.ts';
import { createMemoryStore } from '../windows/store/memory.ts';
import { createRedisStore } from '../windows/store/redis.ts';
import { openSnapshot } from '../windows/store/snapshot.ts';
import type { WindowStore } from '../windows/store/store.ts';

export interface State {
  readonly store: WindowStore;
  /** Every action that is recorded in it stands in the journal too. */
  readonly incidents: IncidentStore;
  readonly journal: Journal;
  readonly mailbox: Mailbox;
  readonly gate: Gate;
  readonly outbox: Outbox;
  readonly once: Once;
  readonly lease: Lease;
  readonly checkpoint: Checkpoint;
  /** Whether all instances run by the same configuration. */
  readonly agreement: (config: Config, clock: Clock) => Agreement;
  /** Where the instances tell each other what they do not see. */
  readonly board: (clock: Clock) => Board;
  /** The key of the hashes of phone numbers. */
  readonly hmacKey: string;
}

/** Opens it, a step after the other: stopping `lifecycle` closes it. */
export const openState = (
  config: Config,
  given: { readonly secrets: Secrets; readonly log: Logger; readonly lifecycle: Lifecycle },
): Promise<State> =>
  config.redis ? openInRedis({ ...given, redis: config.redis }) : openEmbedded({ ...given, config });

const openInRedis = async (given: {
  readonly redis: NonNullable<Config['redis']>;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}): Promise<State> => {
  const { secrets, log, lifecycle } = given;
  const { prefix } = given.redis;
  const redis = connectRedis(given.redis, secrets);
  lifecycle.push({
    name: 'Redis',
    stop: () => redis.disconnect(),
    otherwise: 'its connections end with the process',
  });
  redis.on('error', (error: Error) => log.warn({ error: error.message }, 'Redis: retrying by itself'));
  const lease = createRedisLease({ redis, prefix });
  lifecycle.push({
    name: 'lease',
    stop: lease.release,
    within: 1_000,
    otherwise: 'it runs out by itself, and another instance takes over within seconds',
  });
  const journal = createRedisJournal({ redis, prefix });
  lifecycle.push({
    name: 'journal',
    stop: journal.close,
    within: 1_000,
    otherwise:
      'what was being written may be missing; what is pending of an incident is written by who leads next',
  });
  return {
    store: createRedisStore({ redis, prefix }),
    incidents: journaled(remembering(createRedisIncidents({ redis, prefix }), log), journal),
    journal,
    gate: createRedisGate({ redis, prefix }),
    outbox: createRedisOutbox({ redis, prefix }),
    lease,
    mailbox: createRedisMailbox({ redis, prefix }),
    once: createRedisOnce({ redis, prefix }),
    checkpoint: createRedisCheckpoint({ redis, prefix }),
    agreement: (whole, clock) =>
      createRedisAgreement({ redis, prefix, fingerprint: fingerprintOf(whole), clock }),
    board: (clock) => createRedisBoard({ redis, prefix, clock }),
    hmacKey: secrets.hmacKey ?? '',
  };
};

const openEmbedded = async (given: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}): Promise<State> => {
  const { config, secrets, log, lifecycle } = given;
  const file = (name: string) => join(config.dataDir, name);
  /** Pushes how to close a part, which waits for its last write. */
  const closing = <T extends { close(): Promise<void> }>(name: string, part: T): T => {
    lifecycle.push({ name, stop: part.close, otherwise: `see that ${config.dataDir} can be written` });
    return part;
  };
  mkdirSync(config.dataDir, { recursive: true });
  const store = createMemoryStore();
  const { snapshotEvery } = config.windows;
  const snapshot = await openSnapshot({ store, path: file('windows.json'), every: snapshotEvery, log });
  lifecycle.push({
    name: 'snapshot of the windows',
    stop: snapshot.stop,
    otherwise: `what was counted since the last one (${snapshotEvery / 1_000} s at most) is not in it: files are read again from there, what came by HTTP is missing`,
  });
  const journal = closing('journal', await createFileJournal({ dir: config.dataDir }));
  return {
    store,
    incidents: closing('incidents', journaled(await createFileIncidents({ dir: config.dataDir }), journal)),
    journal,
    gate: closing('gate', await createFileGate({ path: file('gate.json') })),
    outbox: closing('outbox', await createFileOutbox({ path: file('outbox.json') })),
    mailbox: createMemoryMailbox(),
    once: createMemoryOnce(),
    lease: createSoleLease(),
    checkpoint: createFileCheckpoint({ path: file('watch.json') }),
    agreement: createSoleAgreement,
    board: () => createFileBoard({ path: file('blindness.json') }),
    hmacKey: secrets.hmacKey ?? ownKey(file('hmac.key')),
  };
};

/** An embedded tocsin makes a key of its own, once, in a file that its owner alone can read. */
const ownKey = (path: string): string => {
  if (!existsSync(path)) writeFileAtomic.sync(path, randomBytes(32).toString('hex'), { mode: 0o600 });
  return readFileSync(path, 'utf8');
};
