/** Pictures over real HTTP to a Slack of our own. */
import { describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { until } from '../../support/until.ts';
import { card, channelsFrom, inFile, isEmpty, slack, texts } from '../harness.ts';

const about = { provider: 'alpha', since: ms(1_790_000_000_000) };
const over = { ...about, until: ms(about.since + 60_000) };
const pictureOf = (provider: string) =>
  provider === 'alpha' ? { png: Buffer.from([0, 255, 13, 10]), caption: 'the rate & band' } : undefined;

describe('a picture', () => {
  it('comes into the thread when the message appears and when it is over, and with no edit between', async () => {
    const outbox = await (await inFile())();
    const delivery = channelsFrom(outbox, [], { pictureOf });
    for (const [text, what] of [
      ['a', about],
      ['a, later', about],
      ['a, over', over],
      ['a, over, really', over],
    ] as const) {
      await outbox.put([
        { ...card(text), about: what },
        { ...card('b', 'beta-1'), about: { ...what, provider: 'beta' } },
      ]);
      delivery.wake();
      await isEmpty(outbox);
    }
    await until(() => slack.pictures.length === 2);
    const [{ ts = '' } = {}] = slack.messages;
    expect(slack.pictures[0]).toEqual({
      channel: 'CALERTS',
      thread_ts: ts,
      title: 'the rate & band',
      bytes: Buffer.from([0, 255, 13, 10]),
    });
  });

  it('that Slack does not take holds no alert back', async () => {
    const outbox = await (await inFile())();
    slack.fail((next) => (next.method.startsWith('files.') ? { error: 'missing_scope' } : undefined));
    const delivery = channelsFrom(outbox, [], { pictureOf });
    await outbox.put([{ ...card('a'), about }, card('b', 'beta-1')]);
    delivery.wake();
    await isEmpty(outbox);
    expect(texts()).toEqual(['a', 'b']);
    await until(() => slack.requests.some(({ method }) => method.startsWith('files.')));
    expect(slack.pictures).toEqual([]);
    expect(delivery.problem()).toBeUndefined();
  });
});
