import { beforeEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { ms } from '../../src/events/event.ts';
import type { Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { createNotices } from '../../src/notify/notices.ts';
import type { Notice } from '../../src/notify/outbox/outbox.ts';
import { action, changed, refused } from '../incidents/build.ts';

const START = Date.parse('2026-10-28T20:00:00Z');
const config = configSchema.parse({
  notify: {
    slack: { channel: 'C1', mentions: [{ severity: 'critical', who: '<@U1>' }] },
    digest: { above: 2, within: '5m' },
  },
});

/** Everything put so far, as people see it: the last text of each message, and each line. */
let put: Notice[];
let incidents: Incident[];
const tell = createNotices({
  config,
  outbox: { has: async (id) => put.some(({ incident, kind }) => incident === id && kind === 'card') },
  clock: () => ms(START),
  mode: () => config.mode,
});
const happen = async (...changes: IncidentChange[]) => {
  for (const { incident } of changes) {
    incidents = [...incidents.filter(({ id }) => id !== incident.id), incident];
  }
  const notices = await tell(changes, incidents);
  put.push(...notices);
  return notices;
};

const incident = (name: string, more: Partial<Incident> = {}): Incident => ({
  id: `${name}-1`,
  provider: name,
  status: 'open',
  openedAt: ms(START + name.charCodeAt(0) * 1000),
  lastSeenAt: ms(START),
  severity: 'warning',
  findings: [],
  actions: [],
  revision: 1,
  ...more,
});
const opened = (name: string, more: Partial<Incident> = {}): IncidentChange => ({
  kind: 'opened',
  incident: incident(name, more),
  says: 'it begins',
  ...changed,
});
const pause = action({ at: ms(START) });
const cards = (notices: readonly Notice[]) =>
  notices.filter(({ kind }) => kind === 'card').map(({ incident: id }) => id);

beforeEach(() => {
  [put, incidents] = [[], []];
});

describe('in a storm', () => {
  it('the first incidents have messages of their own, and the others are lines of one', async () => {
    const notices = await happen(...['a', 'b', 'c', 'd'].map((name) => opened(name)));
    expect(cards(notices)).toEqual(['a-1', 'b-1', 'storm-c-1']);
    const digest = notices.find(({ incident: id }) => id === 'storm-c-1');
    expect(digest?.text.split('\n')[0]).toMatch(
      /^🟠 Storm: 2 more incidents – since 20:01:39 UTC – 0 critical/,
    );
    expect(digest?.text).toMatch(/• 🟠 c: [\s\S]*• 🟠 d: /);
    expect(digest?.choices).toEqual([
      { incident: 'c-1', label: 'c, 20:01:39' },
      { incident: 'd-1', label: 'd, 20:01:40' },
    ]);
  });

  it('a change told again after a crash has the name it had, in its own thread or in theirs', async () => {
    await happen(...['a', 'b', 'c', 'd'].map((name) => opened(name)));
    const worse = (name: string) => {
      const change = opened(name, { severity: 'critical', revision: 2 });
      return { ...change, kind: 'escalated' } as const;
    };
    const names = (notices: readonly Notice[]) => notices.flatMap(({ once }) => once ?? []);

    const first = names(await happen(worse('a'), worse('c')));

    expect(first).toEqual(['a-1 2 escalated', 'c-1 2 escalated']);
    expect(names(await happen(worse('a'), worse('c')))).toEqual(first);
  });

  it('the critical ones come first, and what was resolved is marked, until all is', async () => {
    await happen(...['a', 'b', 'c', 'd'].map((name) => opened(name)));
    const resolvedAt = ms(START + 600_000);
    const ended = (name: string, more: Partial<Incident> = {}): IncidentChange => ({
      ...opened(name, { status: 'resolved', resolvedAt, ...more }),
      kind: 'resolved',
    });
    const [digest] = await happen(ended('d', { severity: 'critical' }));
    expect(digest?.text).toMatch(/^🔴 Storm: [\s\S]*• ✅ d: [\s\S]*• 🟠 c: /);
    expect(digest?.about?.until).toBeUndefined();
    const [over] = await happen(ended('c'));
    expect(over?.text).toMatch(/^✅ Storm over: 2 more incidents/);
    expect(over?.about).toMatchObject({ provider: 'c, d', until: resolvedAt });
    expect(over?.choices).toBeUndefined();
  });

  it('an incident gets a message of its own once somebody takes it up, and keeps it', async () => {
    await happen(...['a', 'b', 'c'].map((name) => opened(name)));
    const taken: IncidentChange = {
      kind: 'updated',
      incident: incident('c', { status: 'acknowledged' }),
      says: 'Acknowledged by ana',
      ...changed,
      cause: 'person',
    };
    expect(cards(await happen(taken))).toEqual(['c-1', 'storm-c-1']);
    const resolved: IncidentChange = {
      kind: 'resolved',
      incident: incident('c', { status: 'resolved', resolvedAt: ms(START) }),
      says: 'over',
      ...changed,
    };
    expect(cards(await happen(resolved))).toEqual(['c-1', 'storm-c-1']);
  });

  it('so does one that is critical and paused; critical alone or paused alone is not enough', async () => {
    await happen(...['a', 'b', 'c'].map((name) => opened(name)));
    const change = (more: Partial<Incident>): IncidentChange => ({
      kind: 'updated',
      incident: incident('c', more),
      says: 'so',
      ...changed,
    });
    expect(cards(await happen(change({ severity: 'critical' })))).toEqual(['storm-c-1']);
    expect(cards(await happen(change({ actions: [pause] })))).toEqual(['storm-c-1']);
    expect(cards(await happen(change({ severity: 'critical', actions: [pause] })))).toEqual([
      'c-1',
      'storm-c-1',
    ]);
  });

  it('people are called when it becomes critical and when a pause fails, not for each incident', async () => {
    const lines = async (...changes: IncidentChange[]) =>
      (await happen(...changes)).filter(({ kind }) => kind === 'reply');
    await happen(opened('a'), opened('b'));
    expect(await lines(opened('c'))).toMatchObject([{ incident: 'storm-c-1' }]);
    const worse = (name: string): IncidentChange => ({
      ...opened(name, { severity: 'critical' }),
      kind: 'escalated',
    });
    expect(await lines(opened('d'))).toEqual([]);
    expect(await lines(worse('d'))).toMatchObject([{ incident: 'storm-c-1', mention: '<@U1>' }]);
    expect(await lines(worse('c'))).toEqual([]);
    const says = 'Not paused: the gate does not answer';
    const failed = opened('d', { severity: 'critical', actions: [refused('gate_away')] });
    expect(await lines({ ...failed, kind: 'updated', cause: 'action', says })).toMatchObject([
      { incident: 'storm-c-1', text: `d: ${says}`, mention: '<@U1>', mute: 'ends' },
    ]);
  });
});

it('without a storm, each incident has its own message and call', async () => {
  const notices = await happen(opened('a', { severity: 'critical' }));
  expect(notices).toMatchObject([{ kind: 'card' }, { kind: 'reply', mention: '<@U1>' }]);
});
