/**
 * `tocsin learn`: reads the past and only learns from it. Nobody is told, nothing is paused, and no message is
 * counted into the shared windows; what was learned is left where the daemon's next start takes it up.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { DateTime } from 'luxon';
import type { Logger } from 'pino';
import type { Lease } from '../../cluster/lease.ts';
import { loadConfig } from '../../config/load.ts';
import { parsingFrom } from '../../config/parsing.ts';
import { requireAgreement } from '../../config/rules.ts';
import type { Config } from '../../config/schema.ts';
import { readSecrets, type Secrets } from '../../config/secrets.ts';
import { openState } from '../../daemon/state.ts';
import { type Ms, ms } from '../../events/event.ts';
import { parseRecord } from '../../events/parse.ts';
import { createKafkaClient, kafkaCredentials } from '../../intake/kafka/client.ts';
import { readHistory } from '../../intake/kafka/history.ts';
import { createLifecycle } from '../../runtime/lifecycle.ts';
import { CommandError, EXIT } from '../exit.ts';
import { linesOf } from '../replay/read-log.ts';
import { createLog } from '../run.ts';
import { type KnownSeries, type Learning, learnFrom } from './learn-from.ts';

interface LearnOptions {
  readonly config?: string;
  readonly kafkaFrom?: string;
  readonly json?: boolean;
}

/** How often the lease is renewed, in ms: twice within its length. */
const RENEW_EVERY = 700;
/** How long a daemon has to answer before it counts as not running, in ms. */
const ASK_WITHIN = 2_000;

export const learnCommand = (command: Command): Command =>
  command
    .argument('[files...]', 'NDJSON files, in order (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .option(
      '--kafka-from <date>',
      'read the topic from then on: 2026-10-01 (local to detect.zone) or RFC 3339',
      date,
    )
    .option('--json', 'print what was learned as JSON')
    .action(async (files: string[], options: LearnOptions) => {
      const secrets = readSecrets(process.env);
      const config = loadConfig(options.config);
      requireAgreement(config, secrets);
      const log = createLog(config.log.level === 'info' ? 'warn' : config.log.level);
      const source = sourceOf(files, options.kafkaFrom, { config, secrets, log });
      const learned = await learn(source, { config, secrets, log });
      process.stdout.write(options.json ? `${JSON.stringify(learned)}\n` : render(learned));
    });

const date = (text: string): string => {
  if (!DateTime.fromISO(text).isValid)
    throw new InvalidArgumentError('must be a date such as 2026-10-01, or RFC 3339.');
  return text;
};

interface LearnGiven {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Logger;
}

const sourceOf = (files: readonly string[], from: string | undefined, given: LearnGiven) => {
  const { config, secrets, log } = given;
  if (files.length > 0 === (from !== undefined))
    throw new CommandError('name the files to learn from, or --kafka-from DATE', EXIT.usage);
  const { kafka: settings, maxRecord } = config.intake;
  if (from === undefined) return linesOf(files, { name: 'learn', maxRecord });
  if (!settings) throw new CommandError('--kafka-from needs intake.kafka in the configuration', EXIT.usage);
  const parse = parsingFrom(config.intake);
  return readHistory({
    kafka: createKafkaClient({ config: settings, credentials: kafkaCredentials(secrets), log }),
    topic: settings.topic,
    group: settings.group,
    from: startOf(from, config.detect.zone),
    timeOf: (value) => {
      const parsed = parseRecord(value, parse);
      return parsed.ok ? parsed.event.at : undefined;
    },
  });
};

const startOf = (text: string, zone: string): Ms => ms(DateTime.fromISO(text, { zone }).toMillis());

/** Learns while it alone may evaluate, and saves. Throws `CommandError` when a daemon evaluates. */
const learn = async (source: AsyncIterable<readonly Buffer[]>, given: LearnGiven): Promise<Learning> => {
  const { config, secrets, log } = given;
  if (!config.redis) await refuseBesideDaemon(config);
  const lifecycle = createLifecycle({ log });
  try {
    const state = await openState(config, { secrets, log, lifecycle });
    const lease = await keepLease(state.lease);
    try {
      const { summary, learned } = await learnFrom(source, config, log);
      if (Object.keys(learned).length === 0)
        throw new CommandError('nothing was learned: no event could be read');
      await lease.check();
      const before = await state.checkpoint.load();
      // Where the watch stood stays; with nothing known, the next start begins with what the windows hold.
      await state.checkpoint.save({
        detected: before?.detected ?? null,
        sealed: before?.sealed ?? null,
        learned,
      });
      return summary;
    } finally {
      lease.stop();
    }
  } finally {
    await lifecycle.stop();
  }
};

/** Refuses when a daemon answers on the configured port, since an embedded folder has no lease to tell who uses it. */
const refuseBesideDaemon = async ({ live, dataDir }: Config): Promise<void> => {
  if (live.port === 0) return;
  const url = `http://${live.host.includes(':') ? `[${live.host}]` : live.host}:${live.port}`;
  const answers = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ASK_WITHIN) }).then(
    () => true,
    () => false,
  );
  if (answers)
    throw new CommandError(`a daemon answers at ${url} and may be using ${dataDir}: stop it, then learn`);
};

const TAKEN = 'another instance evaluates: stop every daemon of this Redis prefix, then learn';

const LOST = 'the lease was lost while learning, so another may evaluate now: nothing was saved; try again';

/** Takes the lease and renews it; `check` rejects when it was lost meanwhile. Rejects when somebody has it. */
const keepLease = async (lease: Lease) => {
  const token = await lease.hold();
  if (token === null) throw new CommandError(TAKEN);
  const timer = setInterval(() => void lease.hold().catch(() => undefined), RENEW_EVERY);
  return {
    check: async (): Promise<void> => {
      if ((await lease.hold()) !== token) throw new CommandError(LOST);
    },
    stop: () => clearInterval(timer),
  };
};

const render = ({ events, rejected, from, to, days, series }: Learning): string =>
  [
    `${events} events (${rejected} records could not be read) from ${from} to ${to}: ${days} days`,
    ...series.map(describe),
    '',
  ].join('\n');

const describe = ({ series, days, hours }: KnownSeries): string =>
  `  ${series}: ${days} days, ${hours} of 168 hours of the week known`;
