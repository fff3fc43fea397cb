/** The health monitor on a clock of its own: real looks, a fake Slack over HTTP, a board that can be lost. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { duration, ms } from '../../src/events/event.ts';
import { createAlarm } from '../../src/health/alarm.ts';
import { isSame, type Symptom, type ToldBlindness } from '../../src/health/blindness.ts';
import type { Board } from '../../src/health/board.ts';
import { createHealthMonitor, type HealthMonitor } from '../../src/health/monitor.ts';
import { fresh, type JournalDraft } from '../../src/incidents/audit/log.ts';
import { channelsOf } from '../../src/notify/channels/channels.ts';
import type { Notice } from '../../src/notify/outbox/outbox.ts';
import { log } from '../notify/harness.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack.ts';

const NIGHT = ms(Date.UTC(2026, 9, 28, 19));
const kafka: Symptom = { cause: 'kafka', says: 'no broker answers' };

let slack: FakeSlack;
let now = NIGHT;
let away: 'not' | 'refuses' | 'hangs';
let told: ToldBlindness[];
let posts: Map<string, readonly Symptom[]>;
let put: Notice[];
let written: JournalDraft[];
let hung: Array<() => void>;

beforeEach(async () => {
  slack = await startFakeSlack();
  now = NIGHT;
  away = 'not';
  told = [];
  posts = new Map();
  put = [];
  written = [];
  hung = [];
});
afterEach(() => slack.stop());

/** What all instances have in common while it answers. */
const boardOf = (name: string): Board => ({
  share: async (own) => {
    if (away === 'refuses') throw new Error('connection refused');
    if (away === 'hangs') await new Promise<void>((resolve) => hung.push(resolve));
    posts.set(name, own);
    return [...posts.values()].flat();
  },
  told: async () => [...told],
  noteTold: async (one) => void told.push(one),
  forgetTold: async (one) => {
    told = told.filter((other) => !isSame(one, other));
  },
});

interface Instance {
  readonly monitor: HealthMonitor;
  symptoms: Symptom[];
  leads: boolean;
}

/** What stands in the journal is not written again. */
const known = () => new Map(written.map(({ incident, revision }) => [incident ?? '', revision ?? 0]));

const instance = (name: string, { leads = true, random = 0, over = 60_000 } = {}): Instance => {
  const { notify } = configSchema.parse({ notify: { slack: { channel: 'CALERTS', apiUrl: slack.url } } });
  const channels = channelsOf({ config: notify, secrets: { slackToken: slack.token }, log, timeout: 500 });
  const state: Instance = {
    symptoms: [],
    leads,
    monitor: createHealthMonitor({
      patience: { after: duration(30_000), over: duration(over) },
      board: boardOf(name),
      symptoms: () => state.symptoms,
      leading: () => state.leads,
      outbox: { put: async (notices) => void put.push(...notices) },
      journal: {
        append: async (drafts) => {
          if (away !== 'not') throw new Error('connection refused');
          written.push(...fresh(drafts, known()));
          return 'written';
        },
      },
      alarm: createAlarm({ channels, log }),
      mention: (severity) => (severity === 'critical' ? '<!here>' : undefined),
      clock: () => now,
      log,
      random: () => random,
      answerWithin: 20,
    }),
  };
  return state;
};

/** A look a second by each of them. */
const live = async (seconds: number, ...instances: readonly Instance[]) => {
  for (let second = 0; second < seconds; second++) {
    now = ms(now + 1_000);
    for (const { monitor } of instances) {
      await monitor.look();
      await monitor.settle();
    }
  }
};
const cards = () => put.filter(({ kind }) => kind === 'card').map(({ text }) => text.split('\n', 1)[0]);
const posted = () =>
  slack.messages.filter(({ thread_ts }) => !thread_ts).map(({ text }) => text.split('\n', 1)[0]);
const lines = () => slack.messages.filter(({ thread_ts }) => thread_ts).map(({ text }) => text);

describe('what is in the way of one provider alone', () => {
  const late = (provider: string): Symptom => ({
    cause: 'delay',
    provider,
    says: `${provider}’s reports come 10 min later than they used to, or its clock is wrong`,
  });

  test('is told of each by itself, with its end, and stands against nobody else', async () => {
    const one = instance('one');
    one.symptoms = [late('alpha')];
    await live(60, one);
    one.symptoms = [late('alpha'), late('beta')];
    await live(60, one);
    expect(cards()).toEqual([
      expect.stringMatching(/^🟠 tocsin is blind to what alpha does now: its reports come late/),
      expect.stringMatching(/^🟠 tocsin is blind to what beta does now: its reports come late/),
    ]);
    expect(put[0]?.text).toContain('alpha’s reports come 10 min later than they used to');
    expect(put[0]?.text).not.toContain('nothing new is paused');
    expect(one.monitor.problems()).toEqual([]);
    expect(one.monitor.blind()).toHaveLength(2);

    one.symptoms = [late('beta')];
    await live(120, one);
    expect(cards().slice(2)).toEqual([
      expect.stringMatching(/^✅ tocsin sees again, and was blind to what alpha does now/),
    ]);
    expect(one.monitor.blind().map(({ provider }) => provider)).toEqual(['beta']);
  });
});

describe('a cause that all can tell', () => {
  test('is told once by the leader, with what it means, and its end in the same thread', async () => {
    const [leader, other] = [instance('one'), instance('two', { leads: false })];
    other.symptoms = [kafka];
    await live(20, leader, other);
    expect(leader.monitor.problems()).toEqual([]);
    await live(100, leader, other);
    expect(cards()).toEqual(['🔴 tocsin is blind to the stream: Kafka does not answer – since 19:00:02 UTC']);
    expect(put[0]?.text).toContain('no broker answers');
    expect(put[0]?.text).toContain('What is paused stays paused; nothing new is paused');
    expect(put[1]).toMatchObject({ kind: 'reply', mention: '<!here>' });
    for (const { monitor } of [leader, other])
      expect(monitor.problems()).toEqual([
        expect.stringMatching(/^blind since 19:00:0\d UTC: no broker answers$/),
      ]);

    other.symptoms = [];
    await live(120, leader, other);
    expect(cards()).toHaveLength(2);
    expect(cards()[1]).toMatch(/^✅ tocsin sees again.*from 19:00:02 to 19:03:0\d UTC$/);
    expect(put.at(-1)).toMatchObject({ kind: 'reply', incident: put[0]?.incident });
    expect(leader.monitor.problems()).toEqual([]);
    expect(slack.requests).toEqual([]);
    expect(written.map(({ kind }) => kind)).toEqual(['blind', 'sees']);
  });

  test('is told by nobody twice when another leads, and its end by whoever leads then', async () => {
    const first = instance('one');
    first.symptoms = [kafka];
    await live(60, first);
    posts.delete('one');
    const second = instance('two');
    second.symptoms = [kafka];
    await live(20, second);
    second.symptoms = [];
    await live(20, second);
    expect(cards()).toHaveLength(1);
    await live(100, second);
    expect(cards()).toHaveLength(2);
    expect(told).toEqual([]);
  });
});

describe.each(['refuses', 'hangs'] as const)('a store that %s', (how) => {
  test('is told straight to Slack, once by all instances, with its end in the same thread', async () => {
    const all = [
      instance('one'),
      instance('two', { leads: false }),
      instance('three', { leads: false, random: 0.9 }),
    ];
    await live(5, ...all);
    away = how;
    await live(70, ...all);
    expect(posted()).toEqual([
      expect.stringMatching(
        /^🔴 tocsin is blind to everything: its store does not answer – since 19:00:0\d UTC$/,
      ),
    ]);
    expect(lines()).toEqual([expect.stringContaining('<!here>')]);
    away = 'not';
    for (const answer of hung) answer();
    await live(100, ...all);
    expect(posted()).toEqual([expect.stringMatching(/^✅ tocsin sees again/)]);
    expect(lines()).toHaveLength(2);
    expect(lines()[1]).toContain('Over at');
    expect(put).toEqual([]);
    expect(written.map(({ kind }) => kind)).toEqual(['blind', 'sees']);
    for (const { monitor } of all) expect(monitor.blind()).toEqual([]);
  });
});

describe('a store that is back before every instance has told that it was away', () => {
  test.each([
    ['the same one leads again', 0],
    ['another one leads', 1],
  ])('is one card, ended once, when %s', async (_, leads) => {
    const over = 2_000;
    const all = [instance('one', { over }), instance('two', { leads: false, random: 0.9, over })];
    away = 'refuses';
    await live(36, ...all);
    expect(posted()).toEqual([expect.stringMatching(/^🔴 /)]);
    away = 'not';
    for (const [n, one] of all.entries()) one.leads = n === leads;
    await live(120, ...all);
    expect(posted()).toEqual([expect.stringMatching(/^✅ tocsin sees again/)]);
    expect(lines()).toHaveLength(2);
    expect(put).toEqual([]);
  });
});

describe('a store that is away while Slack is too', () => {
  test('is told as soon as Slack takes it', async () => {
    const one = instance('one');
    away = 'refuses';
    await slack.down();
    await live(60, one);
    await slack.up();
    await live(15, one);
    expect(posted()).toHaveLength(1);
  });

  test('is told by the outbox when it is over before', async () => {
    const one = instance('one');
    away = 'refuses';
    await slack.down();
    await live(60, one);
    away = 'not';
    await live(100, one);
    await slack.up();
    expect(cards()).toEqual([expect.stringMatching(/^✅ tocsin sees again, and was blind to everything/)]);
  });
});
