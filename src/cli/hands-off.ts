/** `tocsin hands-off on|off`: while on, tocsin pauses and resumes nothing by itself. Alone, it says which it is. */
import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { ms } from '../events/event.ts';
import { rfc3339 } from '../events/time.ts';
import type { LiveState } from '../live/feed.ts';
import type { HandsOff } from '../respond/gate/gate.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { daemonElseGate } from './gate.ts';

interface HandsOffOptions {
  url: string;
  config?: string;
  reason: string;
  by: string;
  json?: boolean;
}

export const handsOffCommand = (command: Command): Command =>
  command
    .addArgument(new Argument('[switch]', 'absent: say which it is').choices(['on', 'off']))
    .option('--reason <text>', 'why, for the record', 'by hand')
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--config <file>', 'configuration with the Redis to use when no daemon answers')
    .option('--json', 'print it as JSON')
    .action(async (turn: 'on' | 'off' | undefined, options: HandsOffOptions) => {
      const handsOff = turn === undefined ? await read(options) : await set(turn === 'on', options);
      process.stdout.write(`${options.json ? JSON.stringify({ handsOff }) : handsOffText(handsOff)}\n`);
    });

const read = async ({ url, config }: HandsOffOptions): Promise<HandsOff | null> => {
  let found: HandsOff | null = null;
  await daemonElseGate(config, {
    daemon: async () => {
      found = ((await callDaemon(url, '/v1/status')) as LiveState).handsOff;
    },
    gate: async ({ gate }) => {
      found = await gate.handsOff();
    },
  });
  return found;
};

const set = async (on: boolean, { url, config, reason, by }: HandsOffOptions): Promise<HandsOff | null> => {
  const since = ms(Date.now());
  let giver = by;
  await daemonElseGate(config, {
    daemon: async () => {
      const answer = await callDaemon(url, '/v1/hands-off', { reason, by }, on ? 'PUT' : 'DELETE');
      giver = (answer as { by: string }).by;
    },
    gate: ({ gate }) => gate.setHandsOff(on ? { reason, by, since } : null),
  });
  return on ? { reason, by: giver, since } : null;
};

/** Tells a person in one line whether hands are off, since when, by whom and why. */
export const handsOffText = (handsOff: HandsOff | null): string => {
  if (handsOff === null) return 'hands on: tocsin acts as its mode says';
  const { since, by, reason } = handsOff;
  const from = since === null ? '' : ` since ${rfc3339(since)}`;
  return `hands off${from} by ${by} (${reason}): tocsin pauses and resumes nothing by itself`;
};
