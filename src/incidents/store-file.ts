/** Incidents and the log of actions on disk, for one process: incidents.json and actions.ndjson. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { isNotFound } from '../runtime/errors.ts';
import type { Action, Incident } from './incident.ts';
import { stillKept } from './retention.ts';
import type { IncidentStore } from './store.ts';
import {
  readAction,
  readIncident,
  type StoredAction,
  type StoredIncident,
  storedAction,
  storedIncident,
} from './stored.ts';

const MAX_ACTIONS = 1_000;

/** Rejects when incidents.json is there and cannot be read: better not to start than to forget what was open. */
export const createFileIncidents = async ({ dir }: { dir: string }): Promise<IncidentStore> => {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'incidents.json');
  const log = await openLog(join(dir, 'actions.ndjson'));
  let kept = stillKept(incidentsIn(path, await textOf(path)));
  let turn: Promise<unknown> = Promise.resolve();
  /** Writes run one after the other, so that none overtakes an older one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = turn.then(work);
    turn = next.catch(() => undefined);
    return next;
  };

  const save = async (incidents: readonly Incident[]): Promise<void> => {
    const byId = new Map(kept.map((one) => [one.id, one]));
    for (const one of incidents) {
      if (one.revision >= (byId.get(one.id)?.revision ?? 0)) byId.set(one.id, one);
    }
    const next = stillKept([...byId.values()]);
    await writeFileAtomic(path, JSON.stringify(next.map(storedIncident)));
    kept = next;
  };

  return {
    load: async () => [...kept],
    save: (incidents) => inTurn(() => save(incidents)),
    record: (action) => inTurn(() => log.append(action)),
    actions: async (limit) => log.newest(limit),
    close: async () => {
      await turn;
    },
  };
};

/** The log grows line by line, and is rewritten with its newest thousand when it has grown to twice that. */
const openLog = async (path: string) => {
  const text = (await textOf(path)) ?? '';
  const read = text.split('\n').flatMap((line) => actionIn(line) ?? []);
  let actions = read.slice(-MAX_ACTIONS);
  let lines = read.length;
  const rewrite = async () => {
    await writeFileAtomic(
      path,
      actions.map((action) => `${JSON.stringify(storedAction(action))}\n`).join(''),
    );
    lines = actions.length;
  };
  // A line cut short by a crash would swallow the next one.
  if (text !== '' && !text.endsWith('\n')) await rewrite();

  return {
    append: async (action: Action): Promise<void> => {
      await appendFile(path, `${JSON.stringify(storedAction(action))}\n`, { flush: true });
      actions = [...actions, action].slice(-MAX_ACTIONS);
      lines += 1;
      if (lines >= 2 * MAX_ACTIONS) await rewrite();
    },
    newest: (limit: number): Action[] => (limit <= 0 ? [] : actions.slice(-limit).reverse()),
  };
};

const actionIn = (line: string): Action | undefined => {
  try {
    return line === '' ? undefined : readAction(JSON.parse(line) as StoredAction);
  } catch {
    // The line was cut short by a crash, and was never acknowledged.
    return undefined;
  }
};

const incidentsIn = (path: string, text: string | undefined): Incident[] => {
  if (text === undefined) return [];
  try {
    return (JSON.parse(text) as StoredIncident[]).map(readIncident);
  } catch {
    throw new Error(`${path} is not JSON; move it away to start without the incidents it held`);
  }
};

const textOf = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
};
