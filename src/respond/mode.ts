/**
 * The mode at run time. The configuration says what it is; a person may set another, which is kept beside the pauses,
 * for every instance and over restarts, until it is taken back or the configuration says something else than it did.
 */
import type { Logger } from 'pino';
import type { Mode } from '../config/mode.ts';
import type { Clock } from '../events/event.ts';
import type { Journal } from '../incidents/audit/log.ts';
import type { Gate, ModeSet } from './gate/gate.ts';

/** The mode that holds. */
export const modeIn = (set: ModeSet | null, configured: Mode): Mode =>
  set && (set.over === null || set.over === configured) ? set.mode : configured;

export interface ModeView {
  readonly mode: Mode;
  readonly configured: Mode;
  /** What a person set; null while the configuration's mode holds. */
  readonly set: ModeSet | null;
}

export interface ModeSwitch {
  /** The mode as it was last read. */
  view(): ModeView;
  /** The mode as it is now, which is asked before an order is carried out. Rejects while the gate does not answer. */
  now(): Promise<Mode>;
  refresh(): Promise<void>;
  /** Sets the mode; null gives it back to the configuration. It is written into the journal first. */
  set(mode: Mode | null, given: { readonly by: string; readonly reason: string }): Promise<void>;
}

export const createModeSwitch = async (parts: {
  gate: Pick<Gate, 'mode' | 'setMode'>;
  journal: Pick<Journal, 'append'>;
  configured: Mode;
  clock: Clock;
  log: Logger;
}): Promise<ModeSwitch> => {
  const { gate, journal, configured, clock, log } = parts;
  let last = await gate.mode();
  const now = async () => {
    last = await gate.mode();
    return modeIn(last, configured);
  };
  const view = (): ModeView => {
    const mode = modeIn(last, configured);
    return { mode, configured, set: mode === configured ? null : last };
  };
  const { mode, set } = view();
  if (set)
    log.warn({ ...set, configured }, `the mode is ${mode}, as a person set it: not the configuration's`);

  return {
    view,
    now,
    refresh: async () => void (await now()),
    set: async (wanted, { by, reason }) => {
      const from = await now();
      const to = wanted ?? configured;
      const at = clock();
      const evidence = { from, to, configured };
      const cause = `${from} to ${to}: ${reason}`;
      await journal.append([{ at, incident: null, kind: 'mode', cause, by, evidence }]);
      await gate.setMode(to === configured ? null : { mode: to, over: configured, by, reason, since: at });
      log.warn({ ...evidence, by, reason }, 'the mode was set');
      await now();
    },
  };
};
