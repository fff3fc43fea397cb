/** `tocsin status`: what a running daemon sees, in a screenful. */
import type { Command } from 'commander';
import { rfc3339 } from '../events/time.ts';
import { othersSay } from '../intake/other-channels.ts';
import type { LiveState, ProviderView } from '../live/feed.ts';
import type { Pause } from '../respond/gate/gate.ts';
import { isWhole, targetName } from '../respond/target.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { handsOffText } from './hands-off.ts';
import { incidentLine } from './incidents.ts';

export const statusCommand = (command: Command): Command =>
  command
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--json', 'print the whole state as JSON')
    .action(async (options: { url: string; json?: boolean }) => {
      const state = (await callDaemon(options.url, '/v1/status')) as LiveState;
      process.stdout.write(options.json ? `${JSON.stringify(state)}\n` : render(state));
    });

const render = (state: LiveState): string => {
  const lines = [
    `tocsin, ${state.mode}, ${rfc3339(state.now)}`,
    ...(state.handsOff ? [`  ! ${handsOffText(state.handsOff)}`] : []),
    ...[...state.health.problems, ...state.health.warnings].map((one) => `  ! ${one}`),
    `events ${state.health.eventsCounted}${othersIn(state)}, dead letters ${state.health.deadLetters}, lag ${state.health.lag}, alerts waiting ${state.health.outbox}`,
    '',
    ...state.providers.flatMap(providerLines),
    '',
    ...state.incidents.map(incidentLine),
  ];
  return `${lines.join('\n')}\n`;
};

const othersIn = ({ health }: LiveState): string => {
  const says = othersSay(Object.entries(health.otherChannels));
  return says === '' ? '' : ` (no SMS: ${says})`;
};

/** A provider in one line, and one more for each category or campaign that is paused by itself. */
const providerLines = ({ provider, state, rate, expected, delay, pauses }: ProviderView): string[] => {
  const whole = pauses.filter(isWhole).map((pause) => ` ${pauseText(pause)}`);
  const parts = pauses.filter((pause) => !isWhole(pause));
  return [
    `${provider.padEnd(16)} ${state.padEnd(7)} ${rate.toFixed(1)}/s (expected ${expected.toFixed(1)})${delayText(delay)}${whole}`,
    ...parts.map((pause) => `    ${targetName(pause)} ${pauseText(pause)}`),
  ];
};

/** How late the reports come, when that is worth a word, in ms. */
const WORTH_A_WORD = 10_000;

const delayText = (delay: ProviderView['delay']): string => {
  if (!delay || Math.abs(delay.ms) < WORTH_A_WORD) return '';
  const off = `reports ${Math.round(Math.abs(delay.ms) / 1_000)} s ${delay.ms > 0 ? 'late' : 'ahead of time'}`;
  return delay.isUsual ? `, ${off} as usual` : `, ${off}`;
};

const pauseText = ({ since, by, until, atEnd, trickle, reason }: Pause): string => {
  const end = until === null ? '' : `, until ${rfc3339(until)}, then ${atEnd}`;
  const probed = trickle === null ? '' : `, ${trickle} a minute let through`;
  return `paused since ${rfc3339(since)} by ${by}${end}${probed}: ${reason}`;
};
