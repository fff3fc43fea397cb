/** What a command's exit code means; every `--help` ends with it. */
import { Command } from 'commander';
import { ConfigError } from '../config/config-error.ts';

export const EXIT = { ok: 0, failed: 1, usage: 2, unreachable: 3 } as const;

export const exitCodeHelp =
  '\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 daemon or server not reachable.';

/** An error that a person can act on: only its message is printed. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number;
  constructor(message: string, code: number = EXIT.failed) {
    super(message);
    this.code = code;
  }
}

/** Time for what is being closed to close by itself, in ms. */
const GRACE = 500;

/** Ends the process: by itself when nothing is left open, else after a moment, whatever hangs. */
export const endProcess = (code: number): void => {
  process.exitCode = code;
  setTimeout(() => process.exit(), GRACE).unref();
};

/** A command with tocsin's manners: its help ends with the exit codes. */
export const newCommand = (name: string, description: string): Command =>
  new Command(name).description(description).addHelpText('after', exitCodeHelp);

export const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommandError) return error.code;
  if (error instanceof ConfigError) return EXIT.usage;
  return EXIT.failed;
};

/** For people: our own errors by their message, surprises with their stack. */
export const explain = (error: unknown): string => {
  if (error instanceof CommandError || error instanceof ConfigError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
