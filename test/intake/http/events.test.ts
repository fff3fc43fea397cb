import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { type EventIntakeOptions, registerEventIntake } from '../../../src/intake/http/events.ts';
import { createHttpQueue } from '../../../src/intake/http/queue.ts';
import twilio from '../../fixtures/twilio-event-streams.json' with { type: 'json' };
import { sent, wire } from '../../support/events.ts';
import { createIntake } from '../../support/offset-store.ts';

const serve = (options: Partial<EventIntakeOptions> = {}) => {
  const intake = createIntake();
  const app = fastify();
  const { ingest, store } = intake;
  registerEventIntake(app, {
    queue: createHttpQueue({ ingest, claim: store.claim, partition: 'http' }),
    maxBody: 8_192,
    maxRecord: 1_024,
    ...options,
  });
  const post = async (payload: string | Buffer | undefined, type = 'application/json', headers = {}) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/events',
      payload,
      headers: { ...(type && { 'content-type': type }), ...headers },
    });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  const ids = () => intake.events().map((event) => event.id);
  return { ...intake, app, post, ids };
};

describe('POST /v1/events', () => {
  it('takes one event, an array of them, and one a line', async () => {
    const { post, ids } = serve();
    const one = await post(wire(sent({ id: 'a' })), 'application/json; charset=utf-8');
    expect(one).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } });
    await post(wire([sent({ id: 'b' }), sent({ id: 'c' })]), 'application/cloudevents-batch+json');
    const lines = `${wire(sent({ id: 'd' }))}\r\n\n${wire(sent({ id: 'e' }))}`;
    expect((await post(lines, 'application/x-ndjson')).body).toEqual({ accepted: 2, rejected: [] });
    await post(wire(sent({ id: 'f' })), 'text/plain');
    expect(ids().join('')).toBe('abcdef');
  });

  it('takes what Twilio Event Streams posts', async () => {
    const { post, events } = serve();
    expect((await post(JSON.stringify(twilio))).body).toEqual({ accepted: twilio.length, rejected: [] });
    expect(events().map((event) => event.type)).toContain('received');
  });

  it('says which records were set aside and why, and keeps them as dead letters', async () => {
    const { post, letters } = serve();
    const answer = await post(
      wire([sent(), 7, { ...sent(), to: 'Marie Dupont' }, sent({ text: 'x'.repeat(2_000) })]),
    );
    expect(answer).toMatchObject({
      status: 202,
      body: {
        accepted: 1,
        rejected: [
          { index: 1, reason: 'not_an_object' },
          { index: 2, reason: 'bad_address', detail: expect.stringMatching(/^to /) },
          { index: 3, reason: 'too_long' },
        ],
      },
    });
    const lines = await post(`\n${wire(sent())}\nbroken\n`, 'application/x-ndjson');
    expect(lines.body).toMatchObject({ accepted: 1, rejected: [{ index: 2, reason: 'not_json' }] });
    expect(letters.map(({ reason }) => reason)).toEqual([
      'not_an_object',
      'bad_address',
      'too_long',
      'not_json',
    ]);
  });

  it('refuses a body that holds no JSON at all, and counts nothing of it', async () => {
    const { post, store } = serve();
    expect(await post('')).toMatchObject({ status: 400, body: { error: 'empty' } });
    expect(await post(undefined, '')).toMatchObject({ status: 400, body: { error: 'empty' } });
    expect(await post('\n\n', 'application/x-ndjson')).toMatchObject({
      status: 400,
      body: { error: 'empty' },
    });
    expect(await post('{"a":')).toMatchObject({ status: 400, body: { error: 'not_json' } });
    expect(await post('a\nb', 'application/x-ndjson')).toMatchObject({
      status: 400,
      body: { error: 'not_json' },
    });
    expect(await post(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({
      status: 400,
      body: { error: 'not_utf8' },
    });
    expect(store.next()).toBe(0);
  });

  it('refuses bodies that are too large, of another type, or from a stranger', async () => {
    const { post } = serve({ authorize: (request) => request.headers.authorization === 'Bearer t' });
    const headers = { authorization: 'Bearer t' };
    expect(await post('x'.repeat(9_000), 'text/plain', headers)).toMatchObject({
      status: 413,
      body: { error: 'too_large' },
    });
    expect(await post('<a/>', 'application/xml', headers)).toMatchObject({
      status: 415,
      body: { error: 'unsupported_type' },
    });
    expect(await post(wire(sent()))).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(await post(wire(sent()), 'application/json', headers)).toMatchObject({ status: 202 });
  });

  it('says when the store is away, and when to come again', async () => {
    const { post, store, ids } = serve();
    store.goAway(100);
    const answer = await post(wire(sent({ id: 'a' })));
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    store.goAway(0);
    expect(await post(wire(sent({ id: 'b' })))).toMatchObject({ status: 202 });
    expect(ids()).toEqual(['b']);
  });

  it('counts a batch once whose first answer was lost, and still says what was set aside', async () => {
    const { post, store } = serve();
    await post(wire(sent()));
    store.loseAnswers(1);
    const answer = await post(wire([sent(), 'x']));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1, rejected: [{ index: 1 }] } });
    expect(store.next()).toBe(3);
  });

  it('takes the partition back when another instance claimed it', async () => {
    const { post, store, ids } = serve();
    await post(wire(sent({ id: 'a' })));
    await store.claim();
    store.setNext(50);
    expect(await post(wire(sent({ id: 'b' })))).toMatchObject({ status: 202 });
    expect(ids()).toEqual(['a', 'b']);
    expect(store.next()).toBe(51);
  });

  it('puts concurrent requests in line: offsets stay contiguous and nothing is lost', async () => {
    const { post, folds, ids } = serve();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => post(wire([sent({ id: `${i}a` }), sent({ id: `${i}b` })]))),
    );
    expect(answers.every((answer) => answer.status === 202)).toBe(true);
    expect(folds.map(({ from }) => from)).toEqual(Array.from({ length: 40 }, (_, i) => 2 * i));
    expect(new Set(ids()).size).toBe(80);
  });

  it('refuses what comes once it is to stop, and takes to its end what came before', async () => {
    const { ingest, store, events } = createIntake();
    const queue = createHttpQueue({ ingest, claim: store.claim, partition: 'http' });
    const before = queue.send([Buffer.from(wire(sent({ id: 'a' })))]);
    const closed = queue.close();
    const after = queue.send([Buffer.from(wire(sent({ id: 'b' })))]);
    await closed;
    expect(await before).toEqual({ kind: 'taken', rejected: [] });
    expect(await after).toMatchObject({
      kind: 'unavailable',
      detail: expect.stringContaining('is stopping'),
    });
    expect(events().map(({ id }) => id)).toEqual(['a']);
  });
});
