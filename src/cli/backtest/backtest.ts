/**
 * `tocsin backtest`: what would tocsin have done about this log, and what with other settings? Or, with --counts,
 * about any series of numbers (counts.ts).
 */
import { type Command, Option } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { CommandError, EXIT } from '../exit.ts';
import { scoreCounts } from './counts.ts';
import { type Backtest, backtestLog } from './log.ts';

interface BacktestOptions {
  readonly config?: string;
  readonly out: string;
  readonly counts?: string;
  readonly picture?: string;
  readonly json?: boolean;
}

export const backtestCommand = (command: Command): Command =>
  command
    .argument('[files...]', 'NDJSON files, in order (.gz too), "-" for standard input')
    .option('-c, --config <file>', 'the configuration file')
    .requiredOption(
      '-o, --out <path>',
      'the folder for backtest.json and a picture a provider; with --counts, the file of scores',
    )
    .option('--counts <file>', 'score a CSV of timestamp,value instead of a log')
    .addOption(new Option('--picture <file>', 'with --counts: draw it (SVG)'))
    .option('--json', 'print the result as JSON')
    .action(async (files: string[], options: BacktestOptions) => {
      const config = loadConfig(options.config);
      const print = (result: object, text: string) =>
        process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : text);
      if (options.counts !== undefined) {
        if (files.length > 0) throw new CommandError('--counts takes no other files', EXIT.usage);
        const { counts: file, out, picture } = options;
        const result = scoreCounts({ file, out, picture, config: config.detect.burst });
        print(result, `${result.rows} rows, ${result.alarms} alarms, in ${out}\n`);
        return;
      }
      if (files.length === 0)
        throw new CommandError('name the log to read, or --counts FILE.csv', EXIT.usage);
      if (options.picture !== undefined) throw new CommandError('--picture goes with --counts', EXIT.usage);
      const result = await backtestLog(files, config, options.out);
      print(result, render(result, options.out));
    });

const render = (result: Backtest, out: string): string =>
  [
    `${result.events} events of ${result.records} records, ${result.deadLetters} dead letters, from ${result.from} to ${result.to}`,
    '',
    ...result.incidents.flatMap((incident) => [
      `${incident.openedAt}  ${incident.provider}: ${incident.severity}, until ${incident.until}`,
      ...incident.findings.map(({ says }) => `    ${says}`),
      ...(incident.pause
        ? [
            `    would be paused at ${incident.pause.at}; spared: ${incident.pause.spared.marketing} marketing, ` +
              `${incident.pause.spared.other} other messages`,
          ]
        : []),
    ]),
    ...(result.incidents.length === 0 ? ['Nothing would have been said.'] : []),
    '',
    'false alarms a year  alarms  strong  pauses',
    ...result.settings.map(
      (row) =>
        `${String(row.falseAlarmsPerYear).padStart(18)}${row.configured ? '*' : ' '} ${String(row.alarms).padStart(7)} ` +
        `${String(row.strong).padStart(7)} ${String(row.pauses).padStart(7)}`,
    ),
    '* as configured (detect.burst.falseAlarmsPerYear); alarms: incidents with a burst',
    '',
    `${out}: backtest.json, ${result.pictures.join(', ')}`,
    '',
  ].join('\n');
