/**
 * Test servers: real ones, each in a process group of its own that never outlives the test run.
 * In: a command. Out: a running process, and ports to give it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

export const run = promisify(execFile);

export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  exited(): boolean;
  /** SIGTERM to the group, SIGKILL after five seconds. */
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

/** Waits on standard input too: when the test run dies, however it dies, the pipe closes and the group with it. */
const LEASH = 'exec 3<&0; (cat <&3 >/dev/null; kill -9 -$$) & "$@" </dev/null 3<&- & wait $!';

const groups = new Set<number>();
process.on('exit', () => {
  for (const pid of groups) signal(pid, 'SIGKILL');
});

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(-pid, name);
  } catch {
    // The group is gone already, which is what was wanted.
  }
};

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where its output goes. */
  readonly log: string;
}

export const start = ({ command, args, cwd, env, log }: Command): Running => {
  const output = openSync(log, 'a');
  const child = spawn('/bin/sh', ['-c', LEASH, 'sh', command, ...args], {
    cwd,
    env: env ?? process.env,
    detached: true,
    stdio: ['pipe', output, output],
  });
  closeSync(output);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${command} could not be started`);
  groups.add(pid);
  const ended = once(child, 'exit').then(() => {
    signal(pid, 'SIGKILL');
    groups.delete(pid);
  });
  // The server must not keep a finished test run alive.
  child.unref();
  child.stdin?.on('error', () => undefined);

  const exited = () => child.exitCode !== null || child.signalCode !== null;
  const kill9 = async () => {
    child.ref();
    signal(pid, 'SIGKILL');
    await ended;
  };
  const stop = async () => {
    if (exited()) return;
    child.ref();
    signal(pid, 'SIGTERM');
    const timer = setTimeout(() => signal(pid, 'SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  };
  return { pid, child, exited, stop, kill9 };
};

/** Below those that the kernel hands out: none of them is taken by a connection before a server listens on it. */
const PORTS = { first: 10_000, count: 20_000 };
/** Each process begins elsewhere: test workers choose ports side by side. */
let nextPort = (process.pid * 97) % PORTS.count;

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  const free = once(server.listen(port, '127.0.0.1'), 'listening').then(
    () => true,
    () => false,
  );
  if (await free) await new Promise((resolve) => server.close(resolve));
  return free;
};

/** Free TCP ports of the loopback interface, all different. */
export const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = PORTS.first + nextPort;
    nextPort = (nextPort + 1) % PORTS.count;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
};
