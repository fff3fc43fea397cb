/** `tocsin announce`: a campaign is planned. The daemon then expects its burst, and what goes beyond it stands out. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type Ms, ms } from '../events/event.ts';
import { rfc3339 } from '../events/time.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { CommandError, EXIT } from './exit.ts';
import { instant } from './instant.ts';
import { length } from './length.ts';

interface AnnounceOptions {
  provider: string;
  start: Ms;
  end?: Ms;
  /** How long the campaign lasts, in ms, in place of `end`. */
  for?: number;
  audience: number;
  id?: string;
  url: string;
  json?: boolean;
}

const start = (text: string): Ms => (text === 'now' ? ms(Date.now()) : instant(text));

const people = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('must be a whole number of people.');
  return Number(text);
};

export const announceCommand = (command: Command): Command =>
  command
    .argument('<campaign>', 'its name, as in the events')
    .requiredOption('--provider <name>', 'who is to send it')
    .requiredOption('--start <time>', 'RFC 3339 with an offset, or "now"', start)
    .addOption(new Option('--end <time>', 'RFC 3339 with an offset').argParser(instant).conflicts('for'))
    .option('--for <length>', 'how long from the start, instead of --end, e.g. 2h', length)
    .requiredOption('--audience <number>', 'how many people it is meant for', people)
    .option('--id <id>', 'announced again under the same id, it is changed (default: campaign@start)')
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--json', 'print the announcement as JSON')
    .action(async (campaign: string, options: AnnounceOptions) => {
      const { provider, audience, url } = options;
      const [from, to] = spanOf(options);
      const announced = { campaign, provider, start: from, end: to, audience };
      const { id } = (await callDaemon(url, '/v1/announcements', { ...announced, id: options.id })) as {
        id: string;
      };
      process.stdout.write(
        options.json
          ? `${JSON.stringify({ id, ...announced })}\n`
          : `${campaign}: announced, to ${audience} people through ${provider}, ${from} to ${to} (id ${id})\n`,
      );
    });

/** When the campaign starts and ends, in RFC 3339. Throws `CommandError` when that is not told or not so. */
const spanOf = (options: AnnounceOptions): readonly [start: string, end: string] => {
  const { start, end, for: lasting } = options;
  const until = lasting === undefined ? end : start + lasting;
  if (until === undefined)
    throw new CommandError('say when it ends: --end <time> or --for <length>', EXIT.usage);
  if (until <= start) throw new CommandError('it must end after it starts', EXIT.usage);
  return [rfc3339(start), rfc3339(until)];
};
