/**
 * The aftermath: what must hold in the end, once nothing has been in the way for minutes. In: the world, and what was
 * seen of it. Out: each thing that is wrong, told to the invariants.
 */
import { targetKey } from '../../src/respond/target.ts';
import type { Hosts } from './hosts.ts';
import type { Invariants } from './invariants.ts';
import type { People } from './people.ts';
import type { World } from './world.ts';

export interface AftermathParts {
  readonly world: World;
  readonly topic: string;
  readonly hosts: Hosts;
  readonly people: People;
  readonly invariants: Invariants;
  readonly check: () => Promise<readonly string[]>;
}

/** The changes that have a line of their own in the incident's thread, whatever brought them about: message.ts. */
const TOLD: ReadonlySet<string> = new Set([
  'reopened',
  'escalated',
  'related',
  'acknowledged',
  'paused',
  'mitigated',
  'resumed',
  'resolved',
]);

export const judgeAftermath = async (parts: AftermathParts): Promise<void> => {
  for (const what of await parts.check()) parts.invariants.fail(what);
  await allIsCounted(parts);
  someoneLeads(parts);
  await ordersStand(parts);
  await allIsTold(parts);
};

const allIsCounted = async ({ world, topic, invariants }: AftermathParts): Promise<void> => {
  const { partitions } = await world.store.read({});
  const stands = new Map(partitions.map(({ partition, next }) => [partition, next]));
  for (const [number, { high }] of await world.log.extents()) {
    const next = stands.get(`kafka:${topic}:${number}`) ?? 0;
    if (next < high) invariants.fail(`partition ${number} is counted up to ${next} of ${high}`);
  }
};

const someoneLeads = ({ hosts, invariants }: AftermathParts): void => {
  const leading = hosts.instances().filter((one) => one.isLeading());
  if (leading.length !== 1) invariants.fail(`${leading.length} instances lead in the end`);
  for (const { name, problems } of hosts.instances())
    for (const problem of problems()) invariants.fail(`${name} says in the end: ${problem}`);
};

const ordersStand = async ({ world, people, invariants }: AftermathParts): Promise<void> => {
  // What comes back asks for somebody again.
  for (const { id, acknowledged, reopened = [] } of await world.incidents.load())
    if (people.hasTakenUp(id) && acknowledged === undefined && reopened.length === 0)
      invariants.fail(`${id} was acknowledged, and nobody knows of it any more`);
  const stand = (await world.gate.list()).map(targetKey).sort().join('; ');
  const ordered = [...invariants.pauses].sort().join('; ');
  if (stand !== ordered) invariants.fail(`paused are "${stand}", and ordered was "${ordered}"`);
};

const allIsTold = async ({ world, invariants }: AftermathParts): Promise<void> => {
  const { fail, named, toTell, incidents } = invariants;
  const waiting = await world.outbox.size();
  if (waiting > 0) fail(`${waiting} alerts wait in the end`);
  for (const { incident, revision, kind } of world.journal.entries())
    if (TOLD.has(kind) && revision !== undefined && !named.has(`${incident} ${revision} ${kind}`))
      fail(`never put to be told: ${incident} was ${kind} at revision ${revision}`);
  const { messages } = world.slack;
  for (const id of incidents) {
    const cards = messages.filter(({ incident, kind }) => incident === id && kind === 'card');
    if (cards.length !== 1) fail(`${id} has ${cards.length} messages`);
  }
  for (const [id, lines] of toTell) {
    const told = messages.filter(({ incident, kind }) => incident === id && kind === 'reply');
    for (const line of lines)
      if (!told.some(({ text }) => text === line)) fail(`never told of ${id}: ${line}`);
  }
};
