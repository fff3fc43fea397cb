/**
 * Incidents and pauses against a plain model: random histories in which the process dies between any two steps.
 * Real are the life of incidents and the way of a change (publish.ts); disk, outbox and journal are lists that
 * survive, and that die before or after any of their writes.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { duration, second, startOf } from '../../src/events/event.ts';
import { MINUTE_SECONDS } from '../../src/events/time.ts';
import { fresh, type JournalDraft } from '../../src/incidents/audit/log.ts';
import { absorb, resolve } from '../../src/incidents/grouping.ts';
import type { Incident, IncidentChange, IncidentStatus } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction, type LifecycleOutcome, verified } from '../../src/incidents/lifecycle.ts';
import { createPublisher, settled } from '../../src/incidents/publish.ts';
import { action, finding, intent, NIGHT, refused } from './build.ts';

const life = { resolveAfter: duration(15 * 60_000), reopenWithin: duration(30 * 60_000) };
const PROVIDERS = ['alpha', 'beta'] as const;
type Provider = (typeof PROVIDERS)[number];

/** refuse: by a guardrail; part: a resume behind which something of the provider stays paused; gone: it was over. */
const DONE = ['pause', 'resume', 'part', 'gone', 'rehearse', 'refuse', 'acknowledge'] as const;
type Done = (typeof DONE)[number];

type Command =
  | { readonly do: 'find'; readonly provider: Provider; readonly strong: boolean; readonly count: number }
  | { readonly do: Done; readonly provider: Provider }
  | { readonly do: 'verdict'; readonly provider: Provider; readonly bites: boolean; readonly sent: number }
  | { readonly do: 'wait'; readonly minutes: number };

/** `crash`: how many writes the command still survives; beyond what it makes, it lives. */
type Played = { readonly command: Command; readonly crash: number };

const provider = fc.constantFrom(...PROVIDERS);
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('find' as const),
      provider,
      strong: fc.boolean(),
      count: fc.integer({ min: 1, max: 4_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(...DONE),
      provider,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('verdict' as const),
      provider,
      bites: fc.boolean(),
      sent: fc.integer({ min: 0, max: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      minutes: fc.constantFrom(1, 5, 14, 15, 16, 31, 46),
    }),
  },
);
const history: fc.Arbitrary<Played[]> = fc.array(
  fc.record({
    command,
    crash: fc.oneof({ weight: 3, arbitrary: fc.constant(99) }, { weight: 1, arbitrary: fc.nat(7) }),
  }),
  { maxLength: 40 },
);

class Crash extends Error {}

/** What outlives the process. */
const disk = () => {
  const kept = new Map<string, Incident>();
  const journal: JournalDraft[] = [];
  const lines: IncidentChange[] = [];
  const revisions = new Map<string, number>();
  /** Every version of an incident that was ever saved. */
  const versions: Incident[] = [];
  return { kept, journal, lines, revisions, versions };
};
type Disk = ReturnType<typeof disk>;

/** A process on the disk: it dies at the write that `budget` does not cover, before it or, every second time, after. */
const start = (on: Disk) => {
  let budget = Number.POSITIVE_INFINITY;
  const write = async (effect: () => void): Promise<void> => {
    if (budget === 0) throw new Crash();
    if (budget === 1) {
      effect();
      throw new Crash();
    }
    budget -= 2;
    effect();
  };
  const publisher = createPublisher({
    store: {
      save: (incidents) =>
        write(() => {
          for (const one of incidents) {
            if (one.revision < (on.kept.get(one.id)?.revision ?? 0)) continue;
            on.kept.set(one.id, structuredClone(one));
            on.versions.push(structuredClone(one));
          }
        }),
    },
    tell: (changes) =>
      write(() => {
        const known = new Set(on.lines.map(nameOf));
        on.lines.push(...changes.filter((change) => !known.has(nameOf(change))));
      }),
    journal: {
      append: async (drafts) => {
        await write(() => {
          for (const draft of fresh(drafts, on.revisions)) {
            on.journal.push(draft);
            if (draft.incident !== null) on.revisions.set(draft.incident, draft.revision ?? 0);
          }
        });
        return 'written';
      },
    },
  });
  const loaded = [...on.kept.values()].sort((a, b) => a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1));
  publisher.recover(loaded);
  return {
    publisher,
    incidents: settled(loaded),
    survive: (writes: number) => {
      budget = writes;
    },
  };
};

const nameOf = ({ incident }: IncidentChange): string => `${incident.id} ${incident.revision}`;
const isLive = ({ status }: Incident): boolean => status !== 'resolved';

/** What a command does to the incidents at a second. */
const apply = (
  known: readonly Incident[],
  what: Command,
  at: number,
): { incidents: readonly Incident[]; changes: readonly IncidentChange[] } => {
  const now = startOf(second(at));
  if (what.do === 'find') {
    const { provider, strong, count } = what;
    const found = finding(at, { provider, strength: strong ? 'strong' : 'warn', evidence: { count } });
    return absorb(known, [found], second(at), { ...life, samples: new Map() });
  }
  if (what.do === 'wait') return resolve(known, now, life);
  const changes: IncidentChange[] = [];
  const incidents = known.map((one) => {
    if (one.provider !== what.provider) return one;
    const { incident, change } = happens(one, what, at);
    if (change) changes.push(change);
    return incident;
  });
  return { incidents, changes };
};

const happens = (
  one: Incident,
  what: Exclude<Command, { do: 'find' | 'wait' }>,
  at: number,
): LifecycleOutcome => {
  const now = startOf(second(at));
  if (what.do === 'acknowledge') return acknowledge(one, now, 'ana');
  if (what.do === 'verdict')
    return verified(one, {
      ...{ at: now, bites: what.bites, target: one.provider, count: what.sent },
      says: `${what.sent} sent`,
    });
  const order = intent({
    ...{ at: now, provider: one.provider, incident: one.id },
    action: ['resume', 'part', 'gone'].includes(what.do) ? 'resume' : 'pause',
    dryRun: what.do === 'rehearse',
    ...(what.do === 'part' ? { stillPaused: ['campaign spring'] } : {}),
  });
  if (what.do === 'refuse') return applyAction(one, refused('protected', order));
  return applyAction(one, what.do === 'gone' ? refused('not_paused', order) : action(order));
};

/** The plain model: one word a provider, and when it was seen, resumed and over. */
interface Model {
  status: IncidentStatus | 'none';
  seen: number;
  resumed: number;
  ended: number;
  opened: number;
  back: number[];
  /** The last thing done about it. */
  done: Done | undefined;
}
const newModel = (): Model => ({
  status: 'none',
  seen: 0,
  resumed: 0,
  ended: 0,
  opened: 0,
  back: [],
  done: undefined,
});
const isStopped = ({ status }: Model): boolean => status === 'mitigating' || status === 'mitigated';

const passTime = (model: Model, at: number): void => {
  if (model.status === 'none' || model.status === 'resolved' || isStopped(model)) return;
  const flaps = model.back.filter((past) => model.seen - past < 60 * MINUTE_SECONDS).length >= 3;
  const end = Math.max(model.seen, model.resumed) + (flaps ? 30 : 15) * MINUTE_SECONDS;
  if (at < end) return;
  model.status = 'resolved';
  model.ended = end;
};

const expectOf = (model: Model, what: Command, at: number): void => {
  // Time is looked at with findings and with time itself, as the watch does.
  if (what.do === 'find' || what.do === 'wait') passTime(model, at);
  if (what.do === 'wait' || (model.status === 'none' && what.do !== 'find')) return;
  const live = model.status !== 'none' && model.status !== 'resolved';
  if (what.do === 'find') {
    if (!live && model.status === 'resolved' && at - model.ended <= 30 * MINUTE_SECONDS) {
      model.status = 'open';
      model.back.push(at);
    } else if (!live)
      Object.assign(model, {
        status: 'open',
        resumed: 0,
        back: [],
        opened: model.opened + 1,
        done: undefined,
      });
    model.seen = at;
    return;
  }
  if (!live) return;
  // The same refusal once more is no news.
  if (what.do === 'gone' && model.done === 'gone') return;
  if (what.do !== 'acknowledge' && what.do !== 'verdict') model.done = what.do;
  const stopped = isStopped(model);
  if (what.do === 'acknowledge' && model.status === 'open') model.status = 'acknowledged';
  if (what.do === 'pause') model.status = 'mitigating';
  if (what.do === 'resume' || what.do === 'gone') {
    model.resumed = at;
    if (stopped) model.status = 'open';
  }
  if (what.do === 'verdict' && stopped) model.status = what.bites ? 'mitigated' : 'mitigating';
};

/** Plays a history; a crash loses the command's memory, and detection finds its part again. */
const play = async (script: readonly Played[]) => {
  const on = disk();
  const models = { alpha: newModel(), beta: newModel() };
  let running = start(on);
  let incidents: readonly Incident[] = running.incidents;
  let at = NIGHT;
  for (const { command: what, crash } of script) {
    at += what.do === 'wait' ? what.minutes * MINUTE_SECONDS : 1;
    const before = incidents;
    running.survive(crash === 99 ? Number.POSITIVE_INFINITY : crash);
    const step = apply(incidents, what, at);
    incidents = step.incidents;
    let happened = true;
    try {
      await running.publisher.write(step.changes);
      await running.publisher.keep(incidents);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      running = start(on);
      incidents = running.incidents;
      happened = step.changes.every(
        (change) => (on.kept.get(change.incident.id)?.revision ?? 0) >= change.incident.revision,
      );
      await running.publisher.write([]);
      if (!happened || what.do === 'find' || what.do === 'wait') {
        // Orders that were not saved are answered with an error; what was found is found again.
        if (what.do !== 'find' && what.do !== 'wait') incidents = before;
        else {
          const again = apply(incidents, what, at);
          incidents = again.incidents;
          await running.publisher.write(again.changes);
          happened = true;
        }
      }
      await running.publisher.keep(incidents);
    }
    for (const name of PROVIDERS) {
      const own = what.do === 'wait' || what.provider === name;
      if (own && happened) expectOf(models[name], what, at);
      else if (what.do === 'find') passTime(models[name], at);
    }
    check(incidents, models, at);
  }
  return on;
};

const check = (incidents: readonly Incident[], models: Record<Provider, Model>, at: number): void => {
  for (const name of PROVIDERS) {
    const own = incidents.filter((one) => one.provider === name);
    expect(own.filter(isLive).length).toBeLessThanOrEqual(1);
    const status = own.find(isLive)?.status ?? (own.length > 0 ? 'resolved' : 'none');
    const wanted = models[name].status;
    // Resolved ones are dropped after a day.
    if (!(wanted === 'resolved' && at - models[name].ended > 1_440 * MINUTE_SECONDS))
      expect(status).toBe(wanted);
  }
};

/** What must hold of all that was kept. */
const audit = (on: Disk): void => {
  const last = new Map<string, Incident>();
  for (const version of on.versions) {
    const before = last.get(version.id);
    if (before) {
      expect(version.revision).toBeGreaterThanOrEqual(before.revision);
      expect(version.severity === 'warning' && before.severity === 'critical').toBe(false);
      if (before.status === 'resolved' && version.status === 'resolved') {
        const { pending: _, ...now } = version;
        const { pending: __, ...then } = before;
        expect(now).toEqual(then);
      }
    }
    last.set(version.id, version);
  }
  for (const [id, incident] of last) {
    const entries = on.journal.filter((entry) => entry.incident === id);
    // Every revision once and in order, each move from where the last one led.
    expect(entries.map(({ revision }) => revision)).toEqual(
      Array.from({ length: incident.revision }, (_, n) => n + 1),
    );
    let status: IncidentStatus | null = null;
    for (const entry of entries) {
      expect(entry.from).toBe(status);
      if (status === 'resolved') expect(entry.kind).toBe('reopened');
      status = entry.to ?? null;
    }
    expect(status).toBe(incident.status);
    // As many lines as changes, each with the words that the journal has.
    const told = on.lines.filter((change) => change.incident.id === id);
    expect(told.map(nameOf)).toEqual(entries.map(({ revision }) => `${id} ${revision}`));
    expect(told.map(({ says }) => says)).toEqual(entries.map(({ cause }) => cause));
    expect(incident.pending).toBeUndefined();
  }
};

describe('incidents and pauses against a plain model', () => {
  test('whatever happens and wherever it dies, nothing is lost, doubled or edited', {
    timeout: 120_000,
  }, async () => {
    let saved = 0;
    await fc.assert(
      fc.asyncProperty(history, async (script) => {
        const on = await play(script);
        audit(on);
        saved += on.versions.length;
      }),
      { numRuns: 2_000 },
    );
    expect(saved).toBeGreaterThan(10_000);
  });

  test('a change dies at each of its writes in turn, and is told and written once', async () => {
    for (let crash = 0; crash < 10; crash++) {
      const script: Played[] = [
        { command: { do: 'find', provider: 'alpha', strong: true, count: 10 }, crash: 99 },
        { command: { do: 'pause', provider: 'alpha' }, crash },
        { command: { do: 'wait', minutes: 1 }, crash: 99 },
      ];
      const on = await play(script);
      audit(on);
      const kinds = on.lines.map(({ kind }) => kind);
      // Before it is saved, it never was; from then on it is told.
      expect([crash, kinds]).toEqual([crash, crash === 0 ? ['opened'] : ['opened', 'paused']]);
    }
  });
});
