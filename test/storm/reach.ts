/** What a machine reaches of the world: every shared part behind its port, each call of which travels over a line. */
import { journaled } from '../../src/incidents/audit/journaled.ts';
import { remembering } from '../../src/incidents/store-cached.ts';
import type { WindowStore } from '../../src/windows/store/store.ts';
import { silent } from '../support/offset-store.ts';
import type { Machine } from './machine.ts';
import { type Carry, through } from './network.ts';
import type { World } from './world.ts';

/** How the calls of one machine travel, to each server that it knows. */
export interface Lines {
  readonly redis: Carry;
  readonly kafka: Carry;
  readonly slack: Carry;
}

export type Reach = ReturnType<typeof reachOf>;

export const reachOf = (world: World, { name }: Machine, { redis, kafka, slack }: Lines) => {
  const { claim, consent, apply, read, evaluated, close } = world.store;
  const store: WindowStore = { claim, consent, apply, read, evaluated, close };
  const journal = through('journal', world.journal, redis);
  const { fetch, extents } = world.log;
  return {
    store: through('windows', store, redis),
    gate: through('gate', world.gate, redis),
    journal,
    // As state.ts has them: what was there outlives the store's memory, and actions stand in the journal.
    incidents: journaled(remembering(through('incidents', world.incidents, redis), silent), journal),
    mailbox: through('mailbox', world.mailbox, redis),
    outbox: through('outbox', world.outbox, redis),
    board: through('board', world.board(name), redis),
    lease: through('lease', world.lease.of(name), redis),
    checkpoint: through('checkpoint', world.checkpoint, redis),
    log: through('log', { fetch, extents }, kafka),
    group: through('group', world.group, kafka),
    deadLetters: through('deadLetters', world.deadLetters, kafka),
    slack: through('slack', world.slack.calls, slack),
  };
};
