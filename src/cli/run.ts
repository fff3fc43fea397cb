/** `tocsin run`: the daemon, until it is told to stop. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Logger, pino } from 'pino';
import { loadConfig } from '../config/load.ts';
import { requireAgreement } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import { readSecrets } from '../config/secrets.ts';
import { startDaemon } from '../daemon/daemon.ts';
import { ms } from '../events/event.ts';
import type { HandsOffToggle } from '../respond/hands-off.ts';
import { awaitRedis } from './await-redis.ts';
import { EXIT, endProcess } from './exit.ts';
import { requireReadable } from './readable.ts';
import { aborted, stopAsked } from './stop-asked.ts';

export const runCommand = (command: Command): Command =>
  command
    .argument('[files...]', 'NDJSON files to read first (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .option('--port <port>', 'port of the live view and the HTTP API, instead of live.port')
    .addHelpText('after', STOP_HELP)
    .action(async (files: string[], options: { config?: string; port?: string }) => {
      const secrets = readSecrets(process.env);
      const config = withArguments(loadConfig(options.config), files, options.port);
      requireAgreement(config, secrets, process.env);
      await requireReadable(config.intake.files);
      const log = createLog(config.log.level);
      const clock = () => ms(Date.now());
      const asked = stopAsked(log);
      await awaitRedis({ config, secrets, log, signal: asked });
      if (asked.aborted) return;
      const daemon = await startDaemon({ config, secrets, log, clock, env: process.env });
      process.on(
        'SIGUSR2',
        () => void daemon.toggleHandsOff('SIGUSR2').then(sayHandsOff(log, config.dataDir)),
      );
      await aborted(asked);
      const undone = await daemon.stop();
      if (undone.length === 0) log.info('stopped');
      else log.error({ undone }, 'stopped; what could not be done is told above');
      endProcess(undone.length === 0 ? EXIT.ok : EXIT.failed);
    });

const STOP_HELP = `
SIGTERM or SIGINT stops it in order, within ten seconds: 0 when everything was written and closed, 1 when something
could not be, which the log names with what that means for the next start. A second signal ends it at once.`;

/** Says what became of it; when the file is in the way, what that leaves in force and what to do. */
const sayHandsOff =
  (log: Logger, dataDir: string) =>
  ({ isOff, failed }: HandsOffToggle): void => {
    const file = join(dataDir, 'hands-off');
    if (failed !== undefined)
      log.error(
        { error: failed },
        `hands off, but ${file} could not be written or removed: what it says counts at the next start. See that it can be written, and send the signal again`,
      );
    else log.warn(isOff ? 'hands off: nothing more is paused by itself' : 'hands on again');
  };

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
