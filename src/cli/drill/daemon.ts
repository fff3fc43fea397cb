/** The running daemon, and what would hold back a pause: as it sees things, or else by what the configuration says. */
import type { Config } from '../../config/schema.ts';
import { defaultProvider } from '../../config/schema.ts';
import { configurationOf, type DrillView } from '../../live/drill.ts';
import type { Gate } from '../../respond/gate/gate.ts';
import { type Against, configuredAgainst } from '../../respond/guardrails.ts';
import { createHandsOff } from '../../respond/hands-off.ts';
import { modeIn } from '../../respond/mode.ts';
import { carriersOf } from '../../respond/policy.ts';
import type { Target } from '../../respond/target.ts';
import { callDaemon } from '../api.ts';
import { CommandError, EXIT } from '../exit.ts';
import { failed, type StepOutcome } from './step.ts';

/** Throws `CommandError`. */
export const viewOf = async (url: string, { provider, category, campaign }: Target): Promise<DrillView> => {
  const query = new URLSearchParams({ ...(category && { category }), ...(campaign && { campaign }) });
  return (await callDaemon(url, `/v1/drill/${encodeURIComponent(provider)}?${query}`)) as DrillView;
};

/** Reached, ready, by this configuration and in its mode, leading or standing by. */
export const tryDaemon = async (
  url: string,
  provider: string,
  config: Config,
): Promise<StepOutcome<DrillView>> => {
  try {
    const view = await viewOf(url, { provider });
    if (view.problems.length > 0)
      return { ...failed(`not ready: ${view.problems.join('; ')}`, 'see its log'), value: view };
    if (view.configuration !== configurationOf(config)) {
      const todo = 'restart it with this one, or name its own with --config';
      return { ...failed('it runs by another configuration', todo), value: view };
    }
    if (view.mode !== config.mode) {
      const says = `its mode is ${view.mode}, as a person set it; the configuration says ${config.mode}`;
      return { ...failed(says, 'once that is over: tocsin mode default'), value: view };
    }
    const leads = view.leading ? 'leads' : 'stands by, another instance leads';
    return { state: 'ok', says: `ready, ${leads}`, value: view };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const isAway = error.code === EXIT.unreachable;
    return failed(error.message, isAway ? 'start it, or give --url' : 'give it the same version and token');
  }
};

export interface Rails {
  readonly mode: Config['mode'];
  readonly against: readonly Against[];
  readonly source: 'as the daemon sees it' | 'by the configuration';
}

/** What the configuration, the files in the data directory and the gate (if there is one) tell. */
export const railsWithoutDaemon = async (
  config: Config,
  target: Target,
  gate: Pick<Gate, 'list' | 'handsOff' | 'mode'> | undefined,
): Promise<Rails> => {
  const files = createHandsOff({ dir: config.dataDir });
  await files.read();
  const [active, said, set] = await Promise.all([
    gate?.list() ?? [],
    gate?.handsOff() ?? null,
    gate?.mode() ?? null,
  ]);
  const mode = modeIn(set, config.mode);
  const against = configuredAgainst(target, {
    config: config.respond,
    provider: config.providers[target.provider] ?? defaultProvider,
    campaigns: config.campaigns,
    active,
    carriers: carriersOf(config.providers, new Map()),
    handsOff: (provider) => files.of(provider) ?? (said ? `${said.reason} (${said.by})` : undefined),
  });
  return { mode, against, source: 'by the configuration' };
};

const TODO: Partial<Record<Against['guardrail'], string>> = {
  hands_off:
    'once it may act again: tocsin hands-off off, or remove the file hands-off from the data directory',
  changing: 'give every instance the same configuration',
  sight: 'see what stands between the daemon and the stream',
};

const ACTS = {
  armed: 'armed',
  'dry-run': 'dry-run: a pause is only said',
  learning: 'learning: nothing is decided',
} as const satisfies Record<Config['mode'], string>;

/** What is meant to hold pauses back is told; what is left behind or broken is a failure. */
export const judgeRails = ({ mode, against, source }: Rails): StepOutcome => {
  const words = against.map(({ says }) => says);
  const says = [ACTS[mode], ...(words.length > 0 ? words : ['nothing holds a pause back'])].join('; ');
  const todo = against.flatMap(({ guardrail }) => TODO[guardrail] ?? []);
  const told = `${says} (${source})`;
  return todo.length > 0 ? failed(told, todo.join('; ')) : { state: 'ok', says: told };
};
