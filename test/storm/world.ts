/** The world that every machine shares: the stores, the log, Slack, and what the weather of each is. */
import type { Config } from '../../src/config/schema.ts';
import type { Checkpoint, WatchState } from '../../src/evaluate/checkpoint.ts';
import { createMemoryMailbox, type Mailbox } from '../../src/evaluate/mailbox.ts';
import { type Clock, ms } from '../../src/events/event.ts';
import type { Board } from '../../src/health/board.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import type { DeadLetter, DeadLetters } from '../../src/intake/source.ts';
import type { Outbox } from '../../src/notify/outbox/outbox.ts';
import type { Gate } from '../../src/respond/gate/gate.ts';
import { createLocalGate, OPEN } from '../../src/respond/gate/memory.ts';
import type { Random } from '../../src/simulate/random.ts';
import { createMemoryStore, type MemoryStore } from '../../src/windows/store/memory.ts';
import { createGroup, createLog, type Group, type Log, type Stall } from './log.ts';
import { createSharedBoard } from './shared/board.ts';
import { createSharedCheckpoint } from './shared/checkpoint.ts';
import { createSharedIncidents } from './shared/incidents.ts';
import { createSharedJournal, type SharedJournal } from './shared/journal.ts';
import { createSharedLease, type SharedLease } from './shared/lease.ts';
import { createSharedOutbox } from './shared/outbox.ts';
import { createSlack, type Slack, type SlackMessage } from './slack.ts';
import type { Time } from './time.ts';

export interface World {
  readonly config: Config;
  readonly time: Time;
  readonly clock: Clock;
  readonly store: MemoryStore;
  readonly lease: SharedLease;
  readonly incidents: IncidentStore;
  readonly journal: SharedJournal;
  readonly checkpoint: Checkpoint;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  readonly gate: Gate;
  readonly board: (machine: string) => Board;
  readonly log: Log;
  readonly group: Group;
  readonly slack: Slack;
  /** What was set aside; written twice by whoever died between. */
  readonly deadLetters: Pick<DeadLetters, 'put'> & { readonly all: readonly DeadLetter[] };
}

export const createWorld = (parts: {
  readonly config: Config;
  readonly time: Time;
  readonly random: Random;
  readonly partitions: number;
  readonly stalls: readonly Stall[];
  readonly learned: WatchState['learned'];
  readonly onPost: (message: SlackMessage) => void;
}): World => {
  const { config, time, random, partitions } = parts;
  const clock: Clock = () => ms(Math.floor(time.now()));
  return {
    config,
    time,
    clock,
    store: createMemoryStore(clock),
    lease: createSharedLease(clock),
    incidents: createSharedIncidents(),
    journal: createSharedJournal(),
    checkpoint: createSharedCheckpoint(parts.learned),
    mailbox: createMemoryMailbox(),
    outbox: createSharedOutbox(clock),
    gate: createLocalGate(OPEN, async () => {}),
    board: createSharedBoard(clock),
    log: createLog(time, partitions, parts.stalls),
    group: createGroup(time, random.fork('group'), partitions),
    slack: createSlack(parts.onPost),
    deadLetters: createDeadLetters(),
  };
};

const createDeadLetters = (): World['deadLetters'] => {
  const all: DeadLetter[] = [];
  return {
    all,
    put: async (letters) => {
      all.push(...letters);
    },
  };
};
