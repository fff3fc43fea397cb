/** `tocsin drill PROVIDER`: would it work tonight? Every step from Kafka to Slack is tried, and no traffic touched. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { readSecrets } from '../../config/secrets.ts';
import { DEFAULT_URL } from '../api.ts';
import { CommandError, EXIT } from '../exit.ts';
import { runDrill } from './drill.ts';
import { rowText, summaryOf } from './report.ts';
import type { Row } from './step.ts';

interface DrillOptions {
  config?: string;
  url: string;
  by: string;
  quiet?: boolean;
  json?: boolean;
}

export const drillCommand = (command: Command): Command =>
  command
    .argument('<provider>', 'the one that is played to go wrong')
    .option('-c, --config <file>', 'the configuration file, the same as the daemon has')
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--quiet', 'send nothing to Slack and the other channels')
    .option('--json', 'print the outcome as JSON')
    .action(drill);

const drill = async (provider: string, { config: file, url, by, quiet = false, json }: DrillOptions) => {
  const rows = await runDrill({
    ...{ provider, url, by, quiet, env: process.env },
    config: loadConfig(file),
    secrets: readSecrets(process.env),
    onRow: (row) => {
      if (!json) process.stdout.write(rowText(row));
    },
  });
  const failures = rows.filter(({ state }) => state === 'failed').map(({ step }) => step);
  const told = { provider, ok: failures.length === 0, steps: rows };
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : `\n${provider}: ${summaryOf(rows)}\n`);
  if (isMisconfigured(rows)) throw new CommandError('misconfigured: nothing else was tried', EXIT.usage);
  if (failures.length > 0) throw new CommandError(`failed: ${failures.join(', ')}`);
};

/** Whether the configuration will not do, after which nothing else was tried. */
const isMisconfigured = ([first, ...others]: readonly Row[]): boolean =>
  first?.state === 'failed' && others.length === 0;
