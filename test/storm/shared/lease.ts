/** The lease of several machines, in one memory: as hold-lease.lua has it, a holder that expires and a number that grows. */
import type { Lease } from '../../../src/cluster/lease.ts';
import { type Clock, duration, ms } from '../../../src/events/event.ts';

export interface SharedLease {
  /** The lease as one machine holds it. */
  of(machine: string): Lease;
  /** The last token that was given. */
  readonly token: () => number;
  /** Who holds it; undefined when nobody does. */
  readonly holder: () => string | undefined;
}

/** As long as that of production. */
const LENGTH = duration(2_000);

/** `clock` is the server's. */
export const createSharedLease = (clock: Clock): SharedLease => {
  let token = 0;
  let held = { by: '', until: ms(0) };
  const holder = () => (clock() < held.until ? held.by : undefined);
  return {
    token: () => token,
    holder,
    of: (machine) => ({
      length: LENGTH,
      hold: async () => {
        const by = holder();
        if (by !== undefined && by !== machine) return null;
        if (by === undefined) token += 1;
        held = { by: machine, until: ms(clock() + LENGTH) };
        return token;
      },
      release: async () => {
        if (holder() === machine) held = { by: '', until: ms(0) };
      },
      close: async () => {},
    }),
  };
};
