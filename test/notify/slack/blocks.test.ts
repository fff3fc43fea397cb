import { describe, expect, it } from 'vitest';
import type { Action, Incident } from '../../../src/incidents/incident.ts';
import { blocksOf } from '../../../src/notify/slack/blocks.ts';
import { OFFERS, offersFor } from '../../../src/respond/offers.ts';
import { action } from '../../incidents/build.ts';

const all = new Set(OFFERS);
const card = (text: string) => ({ incident: 'alpha-1', text, offers: ['resume', 'mute'] as const });

describe('the blocks of a card', () => {
  it('are its text as it is and a button for each order, which names the incident', () => {
    const [text, buttons, ...more] = blocksOf(card('a & b\n<c>'), all);
    expect(text).toEqual({ type: 'section', text: { type: 'mrkdwn', text: 'a &amp; b\n&lt;c&gt;' } });
    expect(buttons).toMatchObject({
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'resume', value: 'alpha-1', confirm: { deny: { text: 'No' } } },
        { type: 'button', action_id: 'mute', value: 'alpha-1' },
      ],
    });
    expect(more).toEqual([]);
  });

  it('have no button for an order that nobody stands behind', () => {
    expect(blocksOf(card('a'), new Set(['mute']))[1]).toMatchObject({ elements: [{ action_id: 'mute' }] });
    expect(blocksOf(card('a'), new Set())).toHaveLength(1);
  });

  it('have a menu of the incidents that may be acknowledged', () => {
    const choices = [{ incident: 'alpha-1', label: `${'x'.repeat(100)}` }];
    expect(blocksOf({ incident: 'storm', text: 'a', choices }, all)[1]).toMatchObject({
      elements: [
        {
          type: 'static_select',
          action_id: 'acknowledge',
          options: [{ text: { text: 'x'.repeat(75) }, value: 'alpha-1' }],
        },
      ],
    });
    expect(blocksOf({ incident: 'storm', text: 'a', choices }, new Set(['mute']))).toHaveLength(1);
  });

  it('stay below what Slack takes in one section, and lose no line', () => {
    const lines = Array.from({ length: 40 }, (_, n) => `${n} ${'&'.repeat(100)}`);
    const blocks = blocksOf({ incident: 'alpha-1', text: lines.join('\n') }, all);
    const texts = blocks.flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : []));
    expect(texts.length).toBeGreaterThan(1);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(3_000);
    expect(texts.join('\n').split('\n')).toHaveLength(40);
  });
});

describe('what is offered', () => {
  const pause = action();
  const incident = (status: Incident['status'], actions: readonly Action[] = []) =>
    ({ status, actions }) as Incident;

  it.each([
    ['open', [], 'acknowledge hands_off mute'],
    ['acknowledged', [], 'hands_off mute'],
    ['mitigated', [pause], 'resume keep_paused hands_off mute'],
    ['open', [pause, action({ action: 'resume' })], 'acknowledge hands_off mute'],
    ['open', [action({ dryRun: true })], 'acknowledge hands_off mute'],
    ['resolved', [pause], 'resume keep_paused'],
    ['resolved', [], ''],
  ] satisfies Array<
    [Incident['status'], Action[], string]
  >)('of an incident that is %s after %j: %s', (status, actions, offers) => {
    expect(offersFor(incident(status, actions)).join(' ')).toBe(offers);
  });
});
