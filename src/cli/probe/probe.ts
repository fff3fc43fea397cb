/**
 * `tocsin probe stop`: does STOP work? A test number sends it through the configured sender; the running daemon must
 * see it arrive, and the number taken off the base, within the limit.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { ConfigError } from '../../config/config-error.ts';
import { loadConfig } from '../../config/load.ts';
import type { StopProbe } from '../../config/probe.ts';
import { maskAddress } from '../../events/text/mask.ts';
import type { ProbeSeen } from '../../live/probe.ts';
import { callDaemon, DEFAULT_URL } from '../api.ts';
import { CommandError, newCommand } from '../exit.ts';
import { type ProbeOutcome, probeStop, showRequests, stopRequests } from './probe-stop.ts';

interface ProbeOptions {
  config: string;
  url: string;
  dryRun?: boolean;
  json?: boolean;
}

export const probeCommand = (command: Command): Command =>
  command.addCommand(
    newCommand('stop', 'let a test number send STOP, and wait until the daemon sees what comes of it')
      .requiredOption('-c, --config <file>', 'the configuration with probe.stop, the same as the daemon has')
      .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
      .option('--dry-run', 'print the requests and send nothing')
      .option('--json', 'print the outcome as JSON')
      .exitOverride()
      .action(stop),
  );

const stop = async ({ config, url, dryRun, json }: ProbeOptions): Promise<void> => {
  const probe = loadConfig(config).probe.stop;
  if (!probe)
    throw new ConfigError(`${config}: probe.stop is missing: it says which number sends STOP, where and how`);
  const requests = stopRequests(probe, process.env);
  if ('error' in requests) throw new ConfigError(`${config}: probe.stop.request: ${requests.error}`);
  if (dryRun) {
    process.stdout.write(`${showRequests(probe)}\n`);
    return;
  }
  const look = async (): Promise<ProbeSeen> => {
    const seen = (await callDaemon(url, '/v1/probes/stop')) as ProbeSeen;
    requireSameNumber(probe, seen, url);
    return seen;
  };
  const world = { now: () => performance.now(), sleep, look };
  const outcome = await probeStop(probe, requests, world);
  const failures = failuresOf(probe, outcome);
  const told = { number: maskAddress(probe.number), ok: failures.length === 0, ...outcome, failures };
  process.stdout.write(json ? `${JSON.stringify(told)}\n` : successesOf(outcome));
  if (failures.length > 0) throw new CommandError(failures.join('\n'));
};

/** Throws `ConfigError` when the daemon knows another number or none: it would see nothing, and STOP be blamed. */
const requireSameNumber = (probe: StopProbe, { number }: ProbeSeen, url: string): void => {
  if (number === maskAddress(probe.number)) return;
  throw new ConfigError(
    number === null
      ? `the daemon at ${url} has no probe.stop: give it this configuration and restart it`
      : `probe.stop.number: the daemon at ${url} knows another test number (${number}): give both the same configuration`,
  );
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const successesOf = ({ codes, recorded }: ProbeOutcome): string =>
  [
    ...codes.flatMap(({ code, arrived }) =>
      arrived === undefined ? [] : [`${code}: STOP arrived after ${seconds(arrived)}\n`],
    ),
    ...(recorded === undefined ? [] : [`the opt-out was recorded after ${seconds(recorded)}\n`]),
  ].join('');

/** What did not come round, each in a sentence; empty when STOP works. */
export const failuresOf = (
  { expect, limit }: Pick<StopProbe, 'expect' | 'limit'>,
  { codes, recorded }: ProbeOutcome,
): string[] => {
  const within = `within ${limit / 1000} s`;
  const failures = codes.flatMap(({ code, unsent, arrived }) => {
    if (unsent !== undefined) return [`${code}: STOP could not be sent: ${unsent}`];
    if (arrived !== undefined || !expect.includes('received')) return [];
    return [`${code}: the answer never arrived ${within}: the code is dead, or the stream lacks its answers`];
  });
  if (recorded !== undefined || !expect.includes('opted_out')) return failures;
  if (codes.every(({ unsent }) => unsent !== undefined)) return failures;
  return codes.some(({ arrived }) => arrived !== undefined)
    ? [...failures, `the answer arrived, but nobody recorded the opt-out ${within}`]
    : [...failures, `no opt-out was recorded ${within}`];
};
