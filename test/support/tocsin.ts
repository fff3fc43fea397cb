/** Runs tocsin's commands as a user does: in a process of their own, as built. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { DIST_MAIN, ROOT } from './build.ts';
import { freePorts } from './process.ts';
import { until } from './until.ts';

export interface Command {
  readonly child: ChildProcess;
  readonly output: () => { stdout: string; stderr: string };
  /** The exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

/** Starts `tocsin ARGS`. */
export const tocsin = (
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string,
): Command => {
  const child = spawn(process.execPath, [DIST_MAIN, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: 'pipe',
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdin.end(input);
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, exited, output: () => ({ stdout, stderr }) };
};

/** Runs `tocsin ARGS` to its end. */
export const tocsinResult = async (
  args: readonly string[],
  env: Record<string, string> = {},
  input?: string,
) => {
  const command = tocsin(args, env, input);
  const code = await command.exited;
  return { code, ...command.output() };
};

/** Starts `tocsin run` on a free port and waits until it answers. */
export const startRun = async (args: readonly string[], env: Record<string, string> = {}) => {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const command = tocsin(['run', '--port', `${port}`, ...args], env);
  const answered = await until(
    async () => {
      if (command.child.exitCode !== null) throw new Error(`tocsin run ended: ${command.output().stderr}`);
      return fetch(`${url}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
    },
    { within: 90_000 },
  ).catch((error) => {
    command.child.kill('SIGKILL');
    throw error;
  });
  return {
    ...command,
    url,
    answered,
    kill9: async () => {
      command.child.kill('SIGKILL');
      await command.exited;
    },
    stop: async () => {
      command.child.kill('SIGTERM');
      return command.exited;
    },
  };
};
