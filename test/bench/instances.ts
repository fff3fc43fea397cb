/** Daemons side by side, each in a process of its own, in one group. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Done {
  /** Events counted since the start. */
  readonly counted: number;
  /** Microseconds of processor since the start. */
  readonly cpu: number;
}

export interface Instance {
  look(): Promise<Done>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<unknown>;
}

const CHILD = join(import.meta.dirname, 'instance.js');

export const startInstance = async (config: object): Promise<Instance> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  const child = fork(CHILD, [JSON.stringify({ dataDir, live: { port: 0 }, ...config })]);
  const answer = async (): Promise<Done> => (await once(child, 'message'))[0] as Done;
  await answer();
  return {
    look: () => {
      const answered = answer();
      child.send('look');
      return answered;
    },
    signal: (name) => child.kill(name),
    stop: () => {
      const exited = once(child, 'exit');
      child.disconnect();
      return exited;
    },
  };
};

/** What several have done together. */
export const together = async (instances: readonly Instance[]): Promise<Done> => {
  const all = await Promise.all(instances.map((instance) => instance.look()));
  return {
    counted: all.reduce((sum, { counted }) => sum + counted, 0),
    cpu: all.reduce((sum, { cpu }) => sum + cpu, 0),
  };
};
