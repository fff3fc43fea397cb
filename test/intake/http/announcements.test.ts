import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { ms } from '../../../src/events/event.ts';
import { registerAnnouncements } from '../../../src/intake/http/announcements.ts';
import { createHttpQueue } from '../../../src/intake/http/queue.ts';
import { createIntake } from '../../support/offset-store.ts';

const NOW = ms(Date.UTC(2025, 9, 28, 19));
const START = Date.UTC(2025, 10, 3, 9);
const campaign = {
  campaign: 'spring',
  provider: 'alpha',
  start: '2025-11-03T10:00:00+01:00',
  end: '2025-11-03T12:00:00+01:00',
  audience: 4_800,
};

const serve = () => {
  const intake = createIntake();
  const app = fastify();
  const queue = createHttpQueue({ ingest: intake.ingest, claim: intake.store.claim, partition: 'http' });
  registerAnnouncements(app, { queue, clock: () => NOW });
  const post = async (payload: object | string, type = 'application/json') => {
    const headers = { 'content-type': type };
    const answer = await app.inject({ method: 'POST', url: '/v1/announcements', payload, headers });
    return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
  };
  return { ...intake, post };
};

describe('POST /v1/announcements', () => {
  it('takes a campaign as an event of now, and answers its id', async () => {
    const { post, events } = serve();
    const id = `spring@${START}`;
    expect(await post(campaign)).toMatchObject({ status: 202, body: { id } });
    expect(events()).toEqual([
      { ...campaign, type: 'announced', id, at: NOW, start: START, end: START + 7_200_000 },
    ]);
  });

  it('knows it again however its start is written, and takes an id of one’s own', async () => {
    const { post } = serve();
    const ids = [
      await post({ ...campaign, start: START }),
      await post({ ...campaign, start: '2025-11-03T09:00:00Z', audience: 1 }),
      await post({ ...campaign, provider: undefined, id: 'mine' }),
    ].map(({ body }) => body.id);
    expect(ids).toEqual([`spring@${START}`, `spring@${START}`, 'mine']);
  });

  it.each([
    [{ ...campaign, campaign: undefined }, 'missing_field', /^campaign /],
    [{ ...campaign, start: 'tomorrow' }, 'bad_date', /^start /],
    [{ ...campaign, end: campaign.start }, 'bad_field', /^end must be after start/],
    [{ ...campaign, audience: -1 }, 'bad_field', /^audience /],
    [{ ...campaign, id: '' }, 'bad_field', /^id /],
    [{ ...campaign, providr: 'alpha' }, 'bad_field', /^providr /],
    [[campaign], 'not_an_object', /./],
  ])('refuses what it cannot understand, and names the field: %j', async (body, error, detail) => {
    const { post, store, letters } = serve();
    expect(await post(body)).toMatchObject({
      status: 400,
      body: { error, detail: expect.stringMatching(detail) },
    });
    expect([store.next(), letters]).toEqual([0, []]);
  });

  it('takes nothing but JSON', async () => {
    const { post } = serve();
    expect((await post('{')).status).toBe(400);
    expect((await post(JSON.stringify(campaign), 'text/plain')).status).toBe(415);
    expect((await post('campaign=spring', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  it('says when the store is away, and when to come again', async () => {
    const { post, store, events } = serve();
    store.goAway(100);
    const answer = await post(campaign);
    expect(answer).toMatchObject({ status: 503, body: { error: 'unavailable' } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(events()).toEqual([]);
  });
});
