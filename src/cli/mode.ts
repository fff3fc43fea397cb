/** `tocsin mode [learning|dry-run|armed|default]`: what tocsin may do by itself, from here on. Alone, it says which it is. */
import { userInfo } from 'node:os';
import { Argument, type Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { MODES, type Mode } from '../config/mode.ts';
import { ms } from '../events/event.ts';
import { rfc3339 } from '../events/time.ts';
import type { Gate } from '../respond/gate/gate.ts';
import { type ModeView, modeIn } from '../respond/mode.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { daemonElseGate } from './gate.ts';

interface ModeOptions {
  url: string;
  config?: string;
  reason: string;
  by: string;
  json?: boolean;
}

export const modeCommand = (command: Command): Command =>
  command
    .addArgument(
      new Argument('[mode]', "absent: say which it is; default: the configuration's again").choices([
        ...MODES,
        'default',
      ]),
    )
    .option('--reason <text>', 'why, for the record', 'by hand')
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--config <file>', 'configuration with the Redis to use when no daemon answers')
    .option('--json', 'print it as JSON')
    .action(async (wanted: Mode | 'default' | undefined, options: ModeOptions) => {
      const view = await modeAfter(wanted, options);
      process.stdout.write(`${options.json ? JSON.stringify(view) : modeText(view)}\n`);
    });

/** Sets the mode when one is wanted, and answers what holds then. */
const modeAfter = async (wanted: Mode | 'default' | undefined, options: ModeOptions): Promise<ModeView> => {
  const { url, config, reason, by } = options;
  const configured = loadConfig(config).mode;
  let view: ModeView = { mode: configured, configured, set: null };
  await daemonElseGate(config, {
    daemon: async () => {
      if (wanted === 'default') await callDaemon(url, '/v1/mode', { reason, by }, 'DELETE');
      else if (wanted) await callDaemon(url, '/v1/mode', { mode: wanted, reason, by }, 'PUT');
      view = (await callDaemon(url, '/v1/mode')) as ModeView;
    },
    gate: async ({ gate }) => {
      if (wanted) await setGate(gate, wanted, configured, { reason, by });
      const set = await gate.mode();
      const mode = modeIn(set, configured);
      view = { mode, configured, set: mode === configured ? null : set };
    },
  });
  return view;
};

const setGate = (
  gate: Gate,
  wanted: Mode | 'default',
  configured: Mode,
  given: { reason: string; by: string },
): Promise<void> =>
  gate.setMode(
    wanted === 'default' || wanted === configured
      ? null
      : { mode: wanted, over: configured, ...given, since: ms(Date.now()) },
  );

const SAYS = {
  learning: 'tocsin warns, and decides nothing',
  'dry-run': 'tocsin says what it would pause, and pauses nothing',
  armed: 'tocsin pauses by itself',
} as const;

const modeText = ({ mode, configured, set }: ModeView): string => {
  const since = set?.since ? ` since ${rfc3339(set.since)}` : '';
  const by = set ? `, set${since} by ${set.by} (${set.reason}); the configuration says ${configured}` : '';
  return `${mode}: ${SAYS[mode]}${by}`;
};
