/** `tocsin check`: is the configuration right, and what does it come to? */
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { parsingFrom } from '../config/parsing.ts';
import { requireAgreement } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import { maskSecrets, readSecrets } from '../config/secrets.ts';
import { maskAddress } from '../events/text/mask.ts';
import { readSample, renderSample } from './check-sample.ts';
import { CommandError } from './exit.ts';
import { requireReadable } from './readable.ts';

export const checkCommand = (command: Command): Command =>
  command
    .argument('[file]', 'the configuration file (default: the built-in defaults)')
    .option('--json', 'print JSON instead of YAML')
    .option(
      '--sample <file>',
      'say what each of its first 20 lines becomes (.gz too, "-" for standard input); 1 when one is refused',
    )
    .action(async (file: string | undefined, options: CheckOptions) => {
      const secrets = readSecrets(process.env);
      const config = loadConfig(file);
      requireAgreement(config, secrets, process.env);
      if (options.sample !== undefined) {
        await checkSample(options.sample, config, options);
        return;
      }
      const effective = { ...withoutNumber(config), environment: maskSecrets(secrets) };
      process.stdout.write(options.json ? `${JSON.stringify(effective, null, 2)}\n` : stringify(effective));
    });

interface CheckOptions {
  readonly json?: boolean;
  readonly sample?: string;
}

/** Prints what becomes of a file's first lines. Throws `CommandError` when there are none, or one is refused. */
const checkSample = async (file: string, { intake }: Config, { json }: CheckOptions): Promise<void> => {
  await requireReadable([file]);
  const sample = await readSample(file, parsingFrom(intake));
  process.stdout.write(json ? `${JSON.stringify(sample)}\n` : renderSample(sample));
  if (sample.length === 0) throw new CommandError(`${file} has no lines`);
  const refused = sample.filter(({ ok }) => !ok).length;
  if (refused > 0)
    throw new CommandError(
      `${refused} of ${sample.length} lines are refused: see intake.mapping, zone and country`,
    );
};

/** The configuration with the probe's test number masked. */
const withoutNumber = (config: Config): Config => {
  const { stop } = config.probe;
  return stop ? { ...config, probe: { stop: { ...stop, number: maskAddress(stop.number) } } } : config;
};
