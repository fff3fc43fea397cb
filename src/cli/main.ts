#!/usr/bin/env node
/**
 * The command line: one file a command, listed here.
 */
import { Command, CommanderError } from 'commander';
import { announceCommand } from './announce.ts';
import { auditCommand } from './audit.ts';
import { backtestCommand } from './backtest/backtest.ts';
import { checkCommand } from './check.ts';
import { pauseCommand, resumeCommand } from './control.ts';
import { demoCommand } from './demo.ts';
import { drillCommand } from './drill/command.ts';
import { EXIT, endProcess, exitCodeHelp, exitCodeOf, explain } from './exit.ts';
import { handsOffCommand } from './hands-off.ts';
import { acknowledgeCommand, incidentsCommand } from './incidents.ts';
import { learnCommand } from './learn/learn.ts';
import { modeCommand } from './mode.ts';
import { policyCommand } from './policy.ts';
import { probeCommand } from './probe/probe.ts';
import { replayCommand } from './replay/replay.ts';
import { runCommand } from './run.ts';
import { simulateCommand } from './simulate.ts';
import { statusCommand } from './status.ts';
import { tokenCommand } from './token.ts';

const program = new Command('tocsin')
  .description('Watches what your SMS providers send in your name, and stops the one that goes wrong.')
  .version('0.1.0')
  .addHelpText('after', exitCodeHelp);

for (const make of [
  runCommand,
  demoCommand,
  simulateCommand,
  replayCommand,
  backtestCommand,
  learnCommand,
  statusCommand,
  incidentsCommand,
  acknowledgeCommand,
  pauseCommand,
  resumeCommand,
  handsOffCommand,
  modeCommand,
  announceCommand,
  policyCommand,
  probeCommand,
  drillCommand,
  auditCommand,
  tokenCommand,
  checkCommand,
]) {
  program.addCommand(make().exitOverride());
}

try {
  await program.exitOverride().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    process.stderr.write(`tocsin: ${explain(error)}\n`);
    endProcess(exitCodeOf(error));
  }
}
