/**
 * What stands at the moment: pauses, and hands off, as last read from the gate and from the data directory. In: a
 * refresh, after each look and each order. Out: the same to everybody who asks in between.
 */
import type { Agreement } from '../cluster/agreement.ts';
import type { Gate, HandsOff, Pause } from './gate/gate.ts';
import { createHandsOff, type HandsOffSwitch, type HandsOffToggle } from './hands-off.ts';

export interface ActivePauses {
  readonly pauses: () => readonly Pause[];
  /** Whether hands are off, as the gate has it. */
  readonly handsOff: () => HandsOff | null;
  /** Why nothing is to be ordered of a provider, whoever said so. */
  readonly handsOffOf: (provider: string) => string | undefined;
  /** Whether instances run by different configurations. */
  readonly isChanging: () => boolean;
  refresh(): Promise<void>;
  /** Takes hands off everything by a file, or puts them on again; never rejects. */
  toggle(reason: string): Promise<HandsOffToggle>;
}

export const openActivePauses = async (parts: {
  readonly gate: Gate;
  readonly agreement: Agreement;
  readonly dataDir: string;
  /** Default: the files of the data directory. */
  readonly files?: HandsOffSwitch;
}): Promise<ActivePauses> => {
  const { gate, agreement, files = createHandsOff({ dir: parts.dataDir }) } = parts;
  let pauses: readonly Pause[] = [];
  let handsOff: HandsOff | null = null;
  let isChanging = false;

  const refresh = async (): Promise<void> => {
    [pauses, handsOff, isChanging] = await Promise.all([
      gate.list(),
      gate.handsOff(),
      agreement.differs(),
      files.read(),
    ]);
  };
  await refresh();

  return {
    pauses: () => pauses,
    handsOff: () => handsOff,
    handsOffOf: (provider) => files.of(provider) ?? (handsOff ? saying(handsOff) : undefined),
    isChanging: () => isChanging,
    refresh,
    toggle: files.toggle,
  };
};

const saying = ({ by, reason }: HandsOff): string => `${reason} (${by})`;
