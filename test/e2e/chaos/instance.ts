/** One instance of the daemon as a process that can be killed, frozen and started again under the same address. */
import { DIST_MAIN, ROOT } from '../../support/build.ts';
import { freePorts, type Running, start } from '../../support/process.ts';
import { until } from '../../support/until.ts';

export type Instance = Awaited<ReturnType<typeof startInstance>>;

/** `log`: the file that all it says goes to. */
export const startInstance = async (parts: {
  readonly config: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: string;
}) => {
  const [port = 0] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const args = [DIST_MAIN, 'run', '--port', `${port}`, '-c', parts.config];
  const launch = (): Running =>
    start({ command: process.execPath, args, cwd: ROOT, env: parts.env, log: parts.log });
  let running = launch();
  let frozen = false;

  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(2_000) });
    return answer.json();
  };

  return {
    url,
    isUp: () => !frozen && !running.exited(),
    /** What it says of itself; undefined when it does not answer. */
    view: () =>
      ask('/v1/drill/alpha').then(
        (view) => view as { readonly leading: boolean; readonly problems: readonly string[] },
        () => undefined,
      ),
    kill: () => running.kill9(),
    launch: async () => {
      running = launch();
      await until(() => ask('/healthz'), { within: 90_000, every: 100 });
    },
    /** Started, it may find Redis away and end: then it is started again, as a supervisor would. */
    keepUp: () => {
      if (running.exited()) running = launch();
    },
    freeze: () => {
      frozen = true;
      process.kill(-running.pid, 'SIGSTOP');
    },
    thaw: () => {
      frozen = false;
      process.kill(-running.pid, 'SIGCONT');
    },
    stop: () => running.kill9(),
  };
};
