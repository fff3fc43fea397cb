/**
 * Every command of the command line, in the order of the help: what it is called, what it is for, and where it is. Its
 * module is loaded when it is asked for, and with it what it needs: a short question does not wait for a daemon's
 * libraries.
 */
import type { Command } from 'commander';

export interface CommandEntry {
  readonly name: string;
  readonly description: string;
  /** Loads what gives a command of this name its arguments, its options and what it does. */
  readonly load: () => Promise<(command: Command) => Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'run',
    description: 'watch the event stream: detect, pause, alert, and serve the live view',
    load: async () => (await import('./run.ts')).runCommand,
  },
  {
    name: 'demo',
    description: "play the salon's night: detected, stopped and reported, with a live view to open",
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'simulate',
    description: 'make realistic SMS traffic: ordinary days, the night of the salons, or a steady load',
    load: async () => (await import('./simulate.ts')).simulateCommand,
  },
  {
    name: 'replay',
    description: 'read events in event time and write findings, incidents and actions',
    load: async () => (await import('./replay/replay.ts')).replayCommand,
  },
  {
    name: 'backtest',
    description: 'say what would have been alarmed and paused in a log, and what other settings would do',
    load: async () => (await import('./backtest/backtest.ts')).backtestCommand,
  },
  {
    name: 'learn',
    description: 'learn what is ordinary from past events, for the next start of the daemon',
    load: async () => (await import('./learn/learn.ts')).learnCommand,
  },
  {
    name: 'status',
    description: 'show providers, pauses, open incidents and the health of a running daemon',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'incidents',
    description: 'the incidents of the last day; one of them, with all that was done',
    load: async () => (await import('./incidents.ts')).incidentsCommand,
  },
  {
    name: 'acknowledge',
    description: 'say that you look after an incident',
    load: async () => (await import('./incidents.ts')).acknowledgeCommand,
  },
  {
    name: 'pause',
    description: 'pause a provider by hand, or a part of it',
    load: async () => (await import('./control.ts')).pauseCommand,
  },
  {
    name: 'resume',
    description: 'undo a pause; of a provider alone, every pause of it',
    load: async () => (await import('./control.ts')).resumeCommand,
  },
  {
    name: 'hands-off',
    description: "stop tocsin's own pauses and resumes, or let it act again; people's orders pass",
    load: async () => (await import('./hands-off.ts')).handsOffCommand,
  },
  {
    name: 'mode',
    description: 'learn (warn only), rehearse (dry-run) or act (armed), from here on',
    load: async () => (await import('./mode.ts')).modeCommand,
  },
  {
    name: 'announce',
    description: 'say that a campaign is planned, so that its burst alarms nobody',
    load: async () => (await import('./announce.ts')).announceCommand,
  },
  {
    name: 'policy',
    description: 'why a provider was paused, or was not',
    load: async () => (await import('./policy.ts')).policyCommand,
  },
  {
    name: 'probe',
    description: 'try what people rely on',
    load: async () => (await import('./probe/probe.ts')).probeCommand,
  },
  {
    name: 'drill',
    description:
      'try the whole chain with your configuration, and touch no traffic: what to run every Monday',
    load: async () => (await import('./drill/command.ts')).drillCommand,
  },
  {
    name: 'audit',
    description: 'show the journal of incidents, orders and what became of them; verify that it is whole',
    load: async () => (await import('./audit.ts')).auditCommand,
  },
  {
    name: 'token',
    description: "people's own tokens for the live view, the commands and the HTTP API",
    load: async () => (await import('./token.ts')).tokenCommand,
  },
  {
    name: 'check',
    description: 'validate a configuration file and print what is in effect, secrets masked',
    load: async () => (await import('./check.ts')).checkCommand,
  },
];
