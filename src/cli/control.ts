/**
 * `tocsin pause` and `tocsin resume`: a person's order, about a provider, one category of it, or one campaign. It
 * goes to the daemon, or to the gate when no daemon answers.
 */
import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { CATEGORIES, type Category, ms } from '../events/event.ts';
import { asOrdered, asRefused } from '../incidents/action.ts';
import { resumeAll } from '../respond/gate/end.ts';
import { AT_END, type AtEnd } from '../respond/gate/gate.ts';
import { type Target, targetName } from '../respond/target.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { CommandError, EXIT } from './exit.ts';
import { daemonElseGate } from './gate.ts';
import type { WithoutDaemon } from './gate-in-redis.ts';
import { length } from './length.ts';

interface ControlOptions {
  url: string;
  config?: string;
  reason: string;
  by: string;
  category?: Category;
  campaign?: string;
  /** How long a pause lasts, in ms; a resume has neither it nor `then`. */
  for?: number;
  then?: AtEnd;
  json?: boolean;
}

const orderCommand = (command: Command, order: 'pause' | 'resume', reason: string): Command =>
  command
    .argument('<provider>')
    .option('--campaign <name>', 'only this campaign of it')
    .addOption(
      new Option('--category <name>', 'only this category of it').choices(CATEGORIES).conflicts('campaign'),
    )
    .option('--reason <text>', 'why, for the record', reason)
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--config <file>', 'configuration with the Redis to use when no daemon answers')
    .option('--json', 'print the outcome as JSON')
    .action((provider: string, options: ControlOptions) => give(order, provider, options));

const give = async (order: 'pause' | 'resume', provider: string, options: ControlOptions): Promise<void> => {
  const { category, campaign, reason, by, for: lasting, then } = options;
  if (lasting === undefined && then !== undefined && then !== 'stay')
    throw new CommandError(`say after how long to ${then}: --for <length>`, EXIT.usage);
  const target: Target = { provider, category, campaign };
  const until = lasting === undefined ? {} : { for: `${lasting}ms`, atEnd: then };
  const body = { category, campaign, reason, by, ...until };
  const path = `/v1/providers/${encodeURIComponent(provider)}/${order}`;
  /** The giver's name as it is written down: a person's own token says it instead of --by. */
  let giver = by;
  const via = await daemonElseGate(options.config, {
    daemon: async () => {
      giver = ((await callDaemon(options.url, path, body)) as { by: string }).by;
    },
    gate: (redis) => setGate(redis, order, target, options),
  });
  const outcome = { ...target, action: order, by: giver, reason, for: lasting, atEnd: then, via };
  const said = `${targetName(target)}: ${order}d (${via})`;
  process.stdout.write(`${options.json ? JSON.stringify(outcome) : said}\n`);
  if (via === 'gate') process.stderr.write(`${ONLY_GATE}\n`);
};

const ONLY_GATE =
  'No daemon answers: senders that look at the gate know of it at once; what is stopped at the provider itself follows when a daemon leads again.';

/**
 * Sets the gate under a new fencing token, and writes the order down as under way, so that the daemon that leads next
 * tells the provider. When the pause ends is kept with it, though a daemon must be there to end it.
 */
const setGate = async (
  { gate, log }: WithoutDaemon,
  order: 'pause' | 'resume',
  target: Target,
  { reason, by, for: lasting, then = 'stay' }: ControlOptions,
): Promise<void> => {
  const token = await gate.nextToken();
  const since = ms(Date.now());
  const until = lasting === undefined ? null : ms(since + lasting);
  const given = { ...target, action: order, at: since, incident: null, reason, by, dryRun: false };
  await log.record(asOrdered(given));
  const answer =
    order === 'resume'
      ? await resumeAll(gate, target, token, by)
      : await gate.pause({
          ...target,
          reason,
          by,
          incident: null,
          since,
          token,
          until,
          atEnd: then,
          trickle: null,
        });
  if (answer === 'paused' || answer === 'resumed') return;
  const says = answer.replaceAll('_', ' ');
  await log.record(asRefused(given, { code: answer, says }));
  throw new CommandError(says);
};

export const pauseCommand = (command: Command): Command =>
  orderCommand(command, 'pause', 'paused by hand')
    .option('--for <length>', 'how long, e.g. 2h (default: until somebody ends it)', length)
    .addOption(new Option('--then <what>', 'what happens after that').choices(AT_END));
export const resumeCommand = (command: Command): Command =>
  orderCommand(command, 'resume', 'resumed by hand');
