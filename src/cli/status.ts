/** `tocsin status`: what a running daemon sees, in a screenful. */
import type { Command } from 'commander';
import type { LiveState } from '../live/feed.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { command } from './exit.ts';

export const statusCommand = (): Command =>
  command('status', 'show providers, pauses, open incidents and the health of a running daemon')
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--json', 'print the whole state as JSON')
    .action(async (options: { url: string; json?: boolean }) => {
      const state = (await callDaemon(options.url, '/v1/status')) as LiveState;
      process.stdout.write(options.json ? `${JSON.stringify(state)}\n` : render(state));
    });

const render = (state: LiveState): string => {
  const time = (at: number) => new Date(at).toISOString();
  const lines = [
    `tocsin, ${state.mode}, ${time(state.now)}`,
    ...state.health.problems.map((problem) => `  ! ${problem}`),
    `events ${state.health.eventsCounted}, dead letters ${state.health.deadLetters}, lag ${state.health.lag}, alerts waiting ${state.health.outbox}`,
    '',
    ...state.providers.map(
      (p) =>
        `${p.provider.padEnd(16)} ${p.state.padEnd(7)} ${p.rate.toFixed(1)}/s (expected ${p.expected.toFixed(1)})${p.pause ? ` paused since ${time(p.pause.since)}: ${p.pause.reason}` : ''}`,
    ),
    '',
    ...state.incidents.map(
      (i) =>
        `${i.id} ${i.status} ${i.severity} since ${time(i.openedAt)}: ${i.findings.map((f) => f.latest.says).join('; ')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
};
