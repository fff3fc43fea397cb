/** `tocsin check`: is the configuration right, and what does it come to? */
import type { Command } from 'commander';
import { stringify } from 'yaml';
import { loadConfig } from '../config/load.ts';
import { requireAgreement } from '../config/rules.ts';
import type { Config } from '../config/schema.ts';
import { maskSecrets, readSecrets } from '../config/secrets.ts';
import { maskAddress } from '../events/text/mask.ts';

export const checkCommand = (command: Command): Command =>
  command
    .argument('[file]', 'the configuration file (default: the built-in defaults)')
    .option('--json', 'print JSON instead of YAML')
    .action((file: string | undefined, options: { json?: boolean }) => {
      const secrets = readSecrets(process.env);
      const config = loadConfig(file);
      requireAgreement(config, secrets, process.env);
      const effective = { ...withoutNumber(config), environment: maskSecrets(secrets) };
      process.stdout.write(options.json ? `${JSON.stringify(effective, null, 2)}\n` : stringify(effective));
    });

/** The configuration with the probe's test number masked. */
const withoutNumber = (config: Config): Config => {
  const { stop } = config.probe;
  return stop ? { ...config, probe: { stop: { ...stop, number: maskAddress(stop.number) } } } : config;
};
