/** `tocsin run`: the daemon, until it is told to stop. */
import type { Command } from 'commander';
import { type Logger, pino } from 'pino';
import { loadConfig } from '../config/load.ts';
import { requireAgreement } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import { readSecrets } from '../config/secrets.ts';
import { startDaemon } from '../daemon/daemon.ts';
import { ms } from '../events/event.ts';
import { awaitRedis } from './await-redis.ts';
import { CommandError } from './exit.ts';

/** Stopping takes at most this long; what hangs then is left behind, and said. */
const STOP_WITHIN = 15_000;

export const runCommand = (command: Command): Command =>
  command
    .argument('[files...]', 'NDJSON files to read first (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .option('--port <port>', 'port of the live view and the HTTP API, instead of live.port')
    .action(async (files: string[], options: { config?: string; port?: string }) => {
      const secrets = readSecrets(process.env);
      const config = withArguments(loadConfig(options.config), files, options.port);
      requireAgreement(config, secrets, process.env);
      const log = createLog(config.log.level);
      const clock = () => ms(Date.now());
      await awaitRedis({ config, secrets, log });
      const daemon = await startDaemon({ config, secrets, log, clock, env: process.env });
      process.on('SIGUSR2', () => void daemon.toggleHandsOff('SIGUSR2').then(sayHandsOff(log)));
      await stopSignal(log);
      await within(daemon.stop(), STOP_WITHIN);
      log.info('stopped');
      process.exit(0);
    });

const sayHandsOff = (log: Logger) => (off: boolean) =>
  log.warn(off ? 'hands off: nothing more is paused by itself' : 'hands on again');

const withArguments = (config: Config, files: readonly string[], port: string | undefined): Config => ({
  ...config,
  intake: { ...config.intake, files: [...config.intake.files, ...files] },
  live: { ...config.live, port: port === undefined ? config.live.port : Number(port) },
});

/** Pretty on a terminal, JSON lines anywhere else; never on standard output, which belongs to results. */
export const createLog = (level: Config['log']['level']): Logger =>
  process.stderr.isTTY
    ? pino({
        level,
        transport: { target: 'pino-pretty', options: { destination: 2, ignore: 'pid,hostname' } },
      })
    : pino({ level }, pino.destination({ fd: 2, sync: true }));

/** Resolves on the first SIGINT or SIGTERM; a second one ends the process at once. */
export const stopSignal = (log?: Logger): Promise<void> =>
  new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals) => {
      if (asked) process.exit(130);
      asked = true;
      log?.info({ signal }, 'stopping; once more to stop at once');
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });

const within = async (work: Promise<void>, limit: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CommandError(`did not stop within ${limit / 1000} s`)), limit);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
};
