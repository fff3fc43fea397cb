/** Pauses against a plain model: random histories, in which the process dies at any of its writes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/detect/finding.ts';
import type { Action } from '../../src/incidents/incident.ts';
import { POLICY } from '../../src/respond/gate/gate.ts';
import { targetKey } from '../../src/respond/target.ts';
import { seriesKey } from '../../src/windows/series.ts';
import { finding, strong } from '../incidents/build.ts';
import { type Disk, type Guards, newDisk, see, startProcess } from './pause-world.ts';

const PROVIDERS = ['alpha', 'beta'] as const;
type Provider = (typeof PROVIDERS)[number];
type Command =
  /** Two signs that agree, or one alone. */
  | { readonly do: 'find'; readonly provider: Provider; readonly both: boolean; readonly count: number }
  | { readonly do: 'pause' | 'resume'; readonly provider: Provider }
  | { readonly do: 'guard'; readonly guards: Guards }
  | { readonly do: 'wait'; readonly minutes: number };
/** It dies at the write behind so many, before or after it; or not at all. */
type Death = { readonly writes: number; readonly early: boolean } | undefined;
interface Played {
  readonly command: Command;
  readonly death: Death;
}

const provider = fc.constantFrom(...PROVIDERS);
const guards: fc.Arbitrary<Guards> = fc.record({
  mode: fc.constantFrom('armed', 'armed', 'armed', 'dry-run'),
  handsOff: fc.boolean(),
  blind: fc.boolean(),
  changing: fc.boolean(),
});
const free: Guards = { mode: 'armed', handsOff: false, blind: false, changing: false };
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('find' as const),
      provider: fc.constantFrom('alpha', 'alpha', 'alpha', 'beta'),
      both: fc.boolean(),
      count: fc.integer({ min: 6, max: 4_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('pause', 'resume'), provider }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('guard' as const),
      guards: fc.oneof(fc.constant(free), guards),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 5, 16, 46, 90) }),
  },
);
const death: fc.Arbitrary<Death> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.record({ writes: fc.nat(16), early: fc.boolean() }) },
);
const history = fc.array(fc.record({ command, death }), { maxLength: 24 });

const signsOf = (on: Disk, { provider, both, count }: Extract<Command, { do: 'find' }>): Finding[] => {
  const series = seriesKey({ metric: 'sent', provider, category: 'marketing' });
  const over = { provider, series, evidence: { count, messages: count } };
  const night = strong(on.now, 'quiet_hours', over);
  return both ? [night, strong(on.now, 'repeats', over)] : [finding(on.now, over)];
};

/** The history; after each step what died starts again. */
const play = async (script: readonly Played[]): Promise<Disk> => {
  const on = newDisk();
  let running = startProcess(on);
  let isBetaBad = false;
  const survive = async (step: () => Promise<void>, death: Death): Promise<void> => {
    if (death) running.life.end(death.writes, death.early);
    await step().catch((error: unknown) => {
      if (!running.life.isOver()) throw error;
    });
    if (running.life.isOver()) {
      running = startProcess(on);
      await running.tick();
    } else running.life.end(Number.POSITIVE_INFINITY, false);
  };

  for (const { command: what, death } of script) {
    on.now += what.do === 'wait' ? what.minutes * 60 : 1;
    if (what.do === 'guard') {
      on.guards = what.guards;
      await running.handsOff(what.guards.handsOff ? { by: 'ana', reason: 'a look', since: null } : null);
    }
    if (what.do === 'find') {
      see(on, signsOf(on, what));
      isBetaBad ||= what.provider === 'beta';
    }
    const order = what.do === 'pause' || what.do === 'resume' ? what : undefined;
    await survive(async () => {
      if (order) await running.order(order.do as 'pause' | 'resume', order.provider);
      await running.tick();
    }, death);
    audit(on);
    const { mode, handsOff, blind, changing } = on.guards;
    const isFree = mode === 'armed' && !handsOff && !blind && !changing && !isBetaBad;
    if (what.do === 'find' && what.provider === 'alpha' && what.both && isFree)
      expect(on.gate.paused.map(({ provider }) => provider)).toContain('alpha');
  }
  return on;
};

/** What must hold between any two steps. */
const audit = (on: Disk): void => {
  expect(on.wrong).toEqual([]);
  const own = on.gate.paused.filter(({ by }) => by === POLICY);
  // No two of one incident, and none without record, incident, journal, alert and the provider told.
  expect(new Set(own.map(({ incident }) => incident)).size).toBe(own.length);
  for (const pause of on.gate.paused) {
    const { provider, incident: about, since, by, token } = pause;
    const isIts = (action: Action) =>
      action.at === since && action.action === 'pause' && action.by === by && action.state === 'done';
    expect(on.actions.filter(isIts).map(targetKey)).toContain(targetKey(pause));
    expect(on.told.map((order) => `${order.action} ${order.token}`)).toContain(`pause ${token}`);
    if (about === null) continue;
    const actions = on.incidents.get(about)?.actions.filter((one) => one.provider === provider && isIts(one));
    expect(actions).toHaveLength(1);
    const entries = on.journal.filter(
      (entry) => entry.kind === 'paused' && entry.incident === about && entry.at === since,
    );
    expect(entries).toHaveLength(1);
  }
  // Every change of an incident is told once, by its name, and written once.
  const written = on.journal.flatMap(({ incident, revision }) =>
    incident === null || revision === undefined ? [] : [`${incident} ${revision}`],
  );
  expect(new Set(written).size).toBe(written.length);
  expect(new Set(on.outbox.names).size).toBe(on.outbox.names.length);
  for (const { id, revision, pending } of on.incidents.values()) {
    expect(pending).toBeUndefined();
    expect(on.revisions.get(id)).toBe(revision);
  }
};

describe('pauses against a plain model', () => {
  test('whatever happens and wherever it dies, what must be paused is, once and told, and nothing else', {
    timeout: 240_000,
  }, async () => {
    let paused = 0;
    let told = 0;
    await fc.assert(
      fc.asyncProperty(history, async (script) => {
        const on = await play(script);
        paused += on.gate.paused.filter(({ by }) => by === POLICY).length;
        told += on.outbox.names.length;
      }),
      { numRuns: 3_000 },
    );
    expect(paused).toBeGreaterThan(100);
    expect(told).toBeGreaterThan(1_000);
  });
});
