#!/usr/bin/env node
/**
 * The command line: every command by its name and what it is for; the one that is asked for is loaded before its
 * arguments are read.
 */
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands.ts';
import { EXIT, endProcess, exitCodeHelp, exitCodeOf, explain, newCommand } from './exit.ts';

const program = new Command('tocsin')
  .description('Watches what your SMS providers send in your name, and stops the one that goes wrong.')
  .version('0.1.0')
  .addHelpText('after', exitCodeHelp)
  .exitOverride();

for (const { name, description } of COMMANDS)
  program.addCommand(newCommand(name, description).exitOverride());

program.hook('preSubcommand', async (_, command) => {
  const fill = await COMMANDS.find(({ name }) => name === command.name())?.load();
  fill?.(command);
});

/** `help status` is read as `status --help`: commander would show the help of a command that is not loaded yet. */
const withHelpAsOption = ([first, second, ...rest]: readonly string[]): string[] => {
  const isHelp = first === 'help' && COMMANDS.some(({ name }) => name === second);
  return [...(isHelp ? [second, '--help'] : [first, second]), ...rest].filter((word) => word !== undefined);
};

try {
  await program.parseAsync(withHelpAsOption(process.argv.slice(2)), { from: 'user' });
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    process.stderr.write(`tocsin: ${explain(error)}\n`);
    endProcess(exitCodeOf(error));
  }
}
