import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/detect/finding.ts';
import { ms, second } from '../../src/events/event.ts';
import {
  type Action,
  ALREADY_PAUSED,
  asDone,
  asRefused,
  type Intent,
  type Refusal,
} from '../../src/incidents/action.ts';
import type { Incident, IncidentChange } from '../../src/incidents/incident.ts';
import { acknowledge, applyAction } from '../../src/incidents/lifecycle.ts';
import { cardText, noticesFor } from '../../src/notify/message.ts';
import type { SeriesKey } from '../../src/windows/series.ts';
import { changed } from '../incidents/build.ts';

const at = (time: string) => ms(Date.parse(`2026-10-28T${time}Z`));

const finding = (detector: Finding['detector'], says: string, evidence: Finding['evidence'] = {}) => ({
  firstAt: at('20:00:05'),
  latest: {
    detector,
    provider: 'alpha',
    series: 'sent{provider=alpha}' as SeriesKey,
    at: second(Math.floor(at('20:00:07') / 1000)),
    since: at('20:00:04'),
    strength: 'strong' as const,
    evidence,
    says,
  },
});

const order: Intent = {
  at: at('20:00:07'),
  action: 'pause',
  provider: 'alpha',
  incident: 'alpha-20261028T200004Z',
  reason: 'repeats and quiet_hours',
  dryRun: false,
  by: 'policy',
};
const pause = asDone(order);
const rehearsal = asDone({ ...order, dryRun: true });
const AWAY: Refusal = { code: 'gate_away', says: 'the gate does not answer' };
const PROTECTED: Refusal = { code: 'protected', says: 'alpha is protected' };
const held = (refusal: Refusal) => asRefused(order, refusal);

const incident = (more: Partial<Incident> = {}): Incident => ({
  id: 'alpha-20261028T200004Z',
  provider: 'alpha',
  status: 'open',
  openedAt: at('20:00:04'),
  lastSeenAt: at('20:00:07'),
  severity: 'critical',
  findings: [
    finding('repeats', '14 people got the same text 3 times', { messages: 96 }),
    finding('quiet_hours', '128 marketing messages where it is night', { count: 128 }),
  ],
  actions: [],
  revision: 1,
  ...more,
});

const armed = { mode: 'armed' } as const;
const headline = (text: string) => text.split('\n')[0];

describe('a card', () => {
  it('says in its first line who, what, since when, how many, and what was done', () => {
    expect(headline(cardText(incident({ actions: [pause] }), armed))).toBe(
      '🔴 alpha: messages in forbidden hours, the same people again and again' +
        ' – since 20:00:04 UTC – 128 messages – PAUSED at 20:00:07',
    );
  });

  it('shows each finding, the sample, how to undo, and the live view', () => {
    const text = cardText(incident({ actions: [pause], sample: 'Profitez d’un soin STOP •••••' }), {
      ...armed,
      liveUrl: 'http://live',
    });
    expect(text.split('\n').slice(1)).toEqual([
      '• 14 people got the same text 3 times',
      '• 128 marketing messages where it is night',
      'Sample: “Profitez d’un soin STOP •••••”',
      'Undo: `tocsin resume alpha`',
      'Incident alpha-20261028T200004Z – http://live',
    ]);
  });

  it('shows what points to a break-in, what to a bug, and what is not known', () => {
    const signs = [
      { sign: 'texts', points: 'bug', says: 'texts it has sent before' },
      { sign: 'links', points: 'break-in', says: 'links to pay.example, which is new' },
      { sign: 'providers', points: 'bug', says: 'only alpha' },
      { sign: 'orders', points: 'unknown', says: 'none of ours' },
    ] as const;
    expect(cardText(incident({ signs }), armed).split('\n').slice(3, 6)).toEqual([
      'Points to a break-in: links (links to pay.example, which is new)',
      'Points to a bug: texts (texts it has sent before), providers (only alpha)',
      'Not known: orders (none of ours)',
    ]);
  });

  it.each<[string, Partial<Incident>]>([
    ['– not paused', {}],
    ['– would be paused (dry-run)', { actions: [rehearsal] }],
    ['– NOT paused: alpha is protected', { actions: [held(PROTECTED)] }],
    [
      '– PAUSED at 20:00:07',
      { actions: [pause, held({ code: 'too_many_pauses', says: 'three pauses this hour' })] },
    ],
    ['– PAUSED already', { actions: [held(ALREADY_PAUSED)] }],
    ['– not paused – acknowledged', { status: 'acknowledged' }],
    [
      '– resumed at 20:05:00 by ana',
      { actions: [pause, asDone({ ...order, action: 'resume', at: at('20:05:00'), by: 'ana' })] },
    ],
    [
      '– PAUSED at 20:00:07 – over at 20:15:07',
      { actions: [pause], status: 'resolved', resolvedAt: at('20:15:07') },
    ],
  ])('ends its first line with “%s”', (end, more) => {
    expect(headline(cardText(incident(more), armed))?.endsWith(end)).toBe(true);
  });

  it('shows no phone number even if one slips in', () => {
    const text = cardText(
      incident({
        sample: 'call +33 6 12 34 56 78 or 06 12 34 56 78',
        findings: [finding('repeats', '+33612345678 got 5, 33612345678 too')],
        actions: [held({ code: 'protected', says: 'asked by +33612345678' })],
      }),
      armed,
    );
    expect(text).not.toMatch(/12 ?34 ?56/);
  });

  it('stays short however many findings there are', () => {
    const findings = Array.from({ length: 500 }, (_, n) => finding('burst', `${n} ${'x'.repeat(1_000)}`));
    const text = cardText(incident({ findings }), armed);
    expect(text.length).toBeLessThan(4_000);
    expect(text).toContain('• and 490 more');
  });
});

describe('the notices of a change', () => {
  const kinds = (news: Pick<IncidentChange, 'kind' | 'incident' | 'says'>) =>
    noticesFor({ ...changed, ...news, at: news.incident.lastSeenAt }, armed).map((notice) => notice.kind);

  it('are a card alone when it opens or only grows', () => {
    expect(kinds({ kind: 'opened', incident: incident(), says: 'opened' })).toEqual(['card']);
    expect(kinds({ kind: 'updated', incident: incident(), says: '3 more' })).toEqual(['card']);
  });

  it.each([
    'escalated',
    'paused',
    'resumed',
    'resolved',
  ] as const)('are a card and a line when it is %s', (kind) => {
    expect(kinds({ kind, incident: incident(), says: 'so', ...changed })).toEqual(['card', 'reply']);
  });

  it('call people when it opens, gets worse or a pause fails, in the thread and never on the card', () => {
    const wording = { ...armed, mention: (severity: string) => `<@${severity}>` };
    const called = (change: IncidentChange) => noticesFor(change, wording).map(({ mention }) => mention);
    const of = (kind: IncidentChange['kind']) =>
      called({ kind, incident: incident(), says: 'so', ...changed });
    expect(of('opened')).toEqual([undefined, '<@critical>']);
    expect(of('escalated')).toEqual([undefined, '<@critical>']);
    expect(of('updated')).toEqual([undefined]);
    expect(of('paused')).toEqual([undefined, undefined]);
    const failed = applyAction(incident(), held(AWAY)).change;
    expect(failed && called(failed)).toEqual([undefined, '<@critical>']);
    const [, line] = noticesFor({ kind: 'opened', incident: incident(), says: 'so', ...changed }, wording);
    expect(line?.text).toMatch(/^🔴 alpha: messages in forbidden hours/);
  });

  it('offer on the card what may be done, and let only a pause that failed end a mute', () => {
    const [card, line] = noticesAfter(held(AWAY));
    expect(card?.offers).toEqual(['acknowledge', 'hands_off', 'mute']);
    expect(line?.mute).toBe('ends');
    expect(noticesAfter(pause).map(({ mute }) => mute)).toEqual([undefined, undefined]);
    expect(noticesAfter(asRefused({ ...order, dryRun: true }, AWAY)).at(-1)?.mute).toBeUndefined();
    expect(noticesAfter(held(ALREADY_PAUSED)).at(-1)?.mute).toBeUndefined();
  });

  const noticesAfter = (action: Action) => {
    const { change } = applyAction(incident(), action);
    return change ? noticesFor(change, armed) : [];
  };

  it('tell that a pause was held back, once', () => {
    expect(noticesAfter(held(PROTECTED)).at(-1)).toMatchObject({
      kind: 'reply',
      text: 'Not paused: alpha is protected',
    });
    const known = incident({ actions: [held(PROTECTED)] });
    expect(kinds({ kind: 'updated', incident: known, says: '140 messages' })).toEqual(['card']);
  });

  it('tell what a dry run would have done, and that it was not', () => {
    const last = noticesAfter(rehearsal).at(-1);
    expect(last?.kind).toBe('reply');
    expect(last?.text).toContain('Dry run, nothing done');
  });

  it('tell that the provider is paused already, and who took the incident up', () => {
    expect(noticesAfter(held(ALREADY_PAUSED)).at(-1)?.text).toBe('alpha is already paused');
    const { change } = acknowledge(incident(), at('20:01:00'), 'ana');
    expect(change && noticesFor(change, armed).at(-1)?.text).toBe('Acknowledged by ana');
  });
});
