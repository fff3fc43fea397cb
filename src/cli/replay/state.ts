/** What a replay keeps instead of the shared state: a ledger in memory, written out at the end. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rfc3339 } from '../../events/time.ts';
import { type Action, tookPlace } from '../../incidents/action.ts';
import { type Journal, START } from '../../incidents/audit/log.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { IncidentStore } from '../../incidents/store.ts';
import type { Outbox } from '../../notify/outbox/outbox.ts';
import type { Gate } from '../../respond/gate/gate.ts';
import { createLocalGate, OPEN } from '../../respond/gate/memory.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : rfc3339(at));

export type ReplayLedger = ReturnType<typeof ledger>;

/** An empty ledger of incidents and actions. */
export const ledger = () => {
  const kept = new Map<string, Incident>();
  const actions: Action[] = [];
  const incidents: IncidentStore = {
    load: async () => [],
    save: async (batch) => {
      for (const incident of batch) kept.set(incident.id, incident);
    },
    record: async () => {},
    actions: async () => [],
    close: async () => {},
  };
  return {
    incidents,
    action: (action: Action) => {
      actions.push(action);
    },
    actions: () => actions as readonly Action[],
    /** Those that were not refused: carried out, or in a dry run said. */
    pauses: () => actions.filter((action) => action.action === 'pause' && tookPlace(action)),
    all: () => [...kept.values()],
    writeTo: async (dir: string) => {
      writeLines(join(dir, 'incidents.ndjson'), [...kept.values()].map(incidentLine));
      writeLines(join(dir, 'actions.ndjson'), actions.map(actionLine));
    },
  };
};

/** What became of an action is written in words alone: those who read these files know no more. */
const actionLine = ({ at, state, code, detail, ...rest }: Action) => ({ at: iso(at), ...rest });

const incidentLine = ({
  openedAt,
  lastSeenAt,
  resolvedAt,
  findings,
  actions,
  pending,
  ...rest
}: Incident) => ({
  at: iso(openedAt),
  ...rest,
  openedAt: iso(openedAt),
  lastSeenAt: iso(lastSeenAt),
  resolvedAt: iso(resolvedAt),
  findings: findings.map(({ firstAt, latest }) => ({
    ...latest,
    firstAt: iso(firstAt),
    at: iso(latest.at * 1000),
    since: iso(latest.since),
  })),
  actions: actions.map(actionLine),
});

const writeLines = (path: string, lines: readonly object[]): void => {
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
};

/** The outbox of a replay, which tells nobody. */
export const forgetfulOutbox: Outbox = {
  put: async () => {},
  peek: async () => [],
  done: async () => {},
  thread: async () => undefined,
  has: async () => false,
  took: async () => {},
  places: async () => ({}),
  mute: async () => {},
  size: async () => 0,
  close: async () => {},
};

/** The journal of a replay, which keeps nothing, since the ledger is the record. */
export const forgetfulJournal: Journal = {
  append: async () => 'written',
  read: async () => [],
  head: async () => START,
  close: async () => {},
};

/** The gate of a replay, which no sender asks, and which knows only what the replay has paused. */
export const openGate = (): Gate => createLocalGate(OPEN, async () => {});
