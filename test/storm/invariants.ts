/**
 * The invariants: what must hold at every instant, whatever befalls. In: everything that reaches the shared stores and
 * Slack, at the moment at which it takes effect. Out: each thing that is wrong, in a sentence.
 */
import type { Incident, IncidentStatus } from '../../src/incidents/incident.ts';
import type { IncidentStore } from '../../src/incidents/store.ts';
import type { Notice } from '../../src/notify/outbox/outbox.ts';
import { type Pause, POLICY } from '../../src/respond/gate/gate.ts';
import { type Target, targetKey } from '../../src/respond/target.ts';
import type { Bounds } from './bounds.ts';
import type { Calm } from './calm.ts';
import type { Fault } from './faults.ts';
import { noted } from './network.ts';
import type { SlackMessage } from './slack.ts';
import type { Trace } from './trace.ts';
import type { World } from './world.ts';

/** As far apart as the machines' clocks are at most, in ms: hosts.ts. */
const CLOCKS_APART = 100;

export interface Invariants {
  /** The world, with everything that takes effect in it looked at. */
  readonly watched: World;
  posted(message: SlackMessage): void;
  /** What is wrong so far. */
  readonly wrong: readonly string[];
  fail(what: string): void;
  /** The lines that were put into the outbox to be told once, by incident. */
  readonly toTell: ReadonlyMap<string, readonly string[]>;
  /** The names of what was put into the outbox to be told once. */
  readonly named: ReadonlySet<string>;
  /** Every incident that was ever saved. */
  readonly incidents: ReadonlySet<string>;
  /** The targets whose pause was ordered and not ended, by their keys. */
  readonly pauses: ReadonlySet<string>;
}

export const createInvariants = (parts: {
  readonly world: World;
  readonly faults: readonly Fault[];
  readonly bounds: Bounds;
  readonly calm: Calm;
  readonly trace: Trace;
}): Invariants => {
  const { world, faults, bounds, calm, trace } = parts;
  const began = world.time.now();
  const wrong: string[] = [];
  const known = new Map<string, { revision: number; status: IncidentStatus }>();
  const tokens = new Map<string, number>();
  const pauses = new Map<string, Pause>();
  const named = new Set<string>();
  const toTell = new Map<string, string[]>();
  const told = new Set<string>();
  const now = world.time.now;

  const fail = (what: string): void => {
    wrong.push(what);
    trace.say(`WRONG ${what}`);
  };

  /** Nobody writes under a token once a later one has written there. */
  const wrote = (where: string, token: unknown): void => {
    if (typeof token !== 'number') return;
    const last = tokens.get(where) ?? 0;
    if (token < last) fail(`${where} took a write under token ${token} behind ${last}`);
    if (token > world.lease.token())
      fail(`${where} took a write under token ${token}, which nobody was given`);
    tokens.set(where, Math.max(last, token));
  };

  const isAtFault = (provider: string): boolean =>
    faults.some((fault) => fault.provider === provider && fault.from <= now());

  const mayBePaused = (provider: string): boolean =>
    faults.some(
      ({ provider: own, from, kind }) =>
        own === provider && from <= now() && (kind.proof.paused !== undefined || kind.mayBePaused),
    );

  const saved = (incident: Incident): void => {
    const { id, provider, revision, status, severity } = incident;
    const before = known.get(id);
    if (before && revision < before.revision) return;
    if (before?.revision === revision && before.status !== status)
      fail(`${id} went from ${before.status} to ${status} at revision ${revision}`);
    known.set(id, { revision, status });
    if (before?.status !== status)
      trace.say(`incident ${id} is ${status}, ${severity}, revision ${revision}`);
    if (severity === 'critical' && !isAtFault(provider))
      fail(`${id} is critical, and nothing is wrong with ${provider}`);
    bounds.happened(provider, 'found', now(), severity);
  };

  const paused = (pause: Pause, answer: unknown): void => {
    const key = targetKey(pause);
    trace.say(`gate: pause of ${key} by ${pause.by} under ${pause.token}: ${answer}`);
    if (answer !== 'paused') return;
    if (pauses.has(key)) fail(`${key} was paused though it was paused`);
    pauses.set(key, pause);
    if (pause.by === POLICY && !mayBePaused(pause.provider)) fail(`${key} was paused, and is not to be`);
    bounds.happened(pause.provider, 'paused', now());
  };

  const resumed = (target: Target, by: string, answer: unknown): void => {
    const key = targetKey(target);
    trace.say(`gate: resume of ${key} by ${by}: ${answer}`);
    if (answer !== 'resumed') return;
    const pause = pauses.get(key);
    pauses.delete(key);
    if (by === POLICY && (pause?.until ?? Number.POSITIVE_INFINITY) > now() + CLOCKS_APART)
      fail(`the pause of ${key} was ended by tocsin before its time was over`);
  };

  const changed = (pause: Pause, answer: unknown): void => {
    trace.say(`gate: change of ${targetKey(pause)}, trickle ${pause.trickle}: ${answer}`);
    if (answer === 'changed') pauses.set(targetKey(pause), pause);
  };

  const put = (notices: readonly Notice[]): void => {
    for (const { incident, kind, once, text } of notices) {
      if (kind !== 'reply' || once === undefined || named.has(once)) continue;
      named.add(once);
      toTell.set(incident, [...(toTell.get(incident) ?? []), text]);
    }
  };

  const watched: World = {
    ...world,
    incidents: noted<IncidentStore>(world.incidents, (method, [incidents, token]) => {
      if (method !== 'save') return;
      wrote('incidents', token);
      for (const one of incidents as readonly Incident[]) saved(one);
    }),
    journal: {
      ...world.journal,
      append: async (drafts, token) => {
        const answer = await world.journal.append(drafts, token);
        if (answer === 'written') wrote('journal', token);
        return answer;
      },
    },
    checkpoint: noted(world.checkpoint, (method, given) =>
      wrote('checkpoint', method === 'save' ? given[1] : given[0]),
    ),
    outbox: noted(world.outbox, (method, [notices, token]) => {
      if (method !== 'put') return;
      wrote('outbox', token);
      put(notices as readonly Notice[]);
    }),
    gate: noted(world.gate, (method, [first, second, third], answer) => {
      if (method === 'pause') paused(first as Pause, answer);
      if (method === 'resume') resumed(first as Target, String(third ?? second), answer);
      if (method === 'change') changed(first as Pause, answer);
    }),
  };

  const posted = ({ incident, kind, thread, seq, text }: SlackMessage): void => {
    trace.say(`Slack: ${kind} of ${incident} ${seq}: ${text.split('\n', 1)[0]}`);
    const name = kind === 'card' ? `card ${incident}` : `reply ${incident} ${seq}`;
    if (told.has(name)) fail(`told twice: ${name}, ${text.split('\n', 1)[0]}`);
    told.add(name);
    if (incident.startsWith('tocsin-blind') && calm.within(began, now()) === now() - began)
      fail(`blind, though nothing was ever in the way: ${text.split('\n', 1)[0]}`);
    if (kind === 'reply' && thread === undefined) fail(`a line of ${incident} stands outside of its thread`);
  };

  return {
    watched,
    posted,
    wrong,
    fail,
    toTell,
    named,
    get incidents() {
      return new Set(known.keys());
    },
    get pauses() {
      return new Set(pauses.keys());
    },
  };
};
