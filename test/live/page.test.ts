import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { loadTokens, newToken } from '../../src/config/tokens.ts';
import { ms } from '../../src/events/event.ts';
import { asDone } from '../../src/incidents/action.ts';
import { pauseOf } from '../contract/gate.ts';
import { startLiveServer } from '../support/live-server.ts';
import {
  createScriptedSource,
  feedLine,
  incidentOf,
  NIGHT,
  providerView,
  ratesOf,
} from '../support/live-source.ts';
import { until } from '../support/until.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** One runs away and is stopped, one goes on as always. */
const salonNight = () => {
  const scripted = createScriptedSource();
  const calm = (before: number) =>
    Math.floor(5 * Math.abs((Math.sin(before * 12.9898) * 43758.5453) % 1) ** 1.3);
  const pausedAt = ms(NIGHT - 254_000);
  const incident = incidentOf('alpha', {
    actions: [
      asDone({
        at: pausedAt,
        action: 'pause',
        provider: 'alpha',
        incident: 'alpha-20261028T190004Z',
        reason: 'burst and repeats together, 41 s after it began',
        dryRun: false,
        by: 'policy',
      }),
    ],
    sample: "Profitez d'un soin offert lors de votre prochaine visite dans notre salon. STOP •••••",
  });
  const pause = pauseOf('alpha', 1, {
    reason: 'burst and repeats together',
    incident: incident.id,
    since: pausedAt,
  });
  scripted.setRates({
    alpha: ratesOf((before) => (before < 252 ? 0 : before < 290 ? 38 + (before % 7) : calm(before))),
    beta: ratesOf(calm),
  });
  for (let n = 50; n > 0; n--) {
    const at = ms(NIGHT - n * 700);
    if (n % 5 === 0) scripted.say(feedLine('STOP', { at, provider: 'alpha', type: 'received', to: '36200' }));
    else scripted.say(feedLine('Votre rendez-vous de demain est confirmé.', { at, provider: 'beta' }));
  }
  return {
    ...scripted,
    incident,
    paused: providerView('alpha', { state: 'paused', rate: 0, pauses: [pause] }),
  };
};

const missing = !existsSync(CHROMIUM) && process.env.CI !== 'true';
describe.skipIf(missing)('the page, in a real browser', () => {
  let browser: Browser;
  const open: Array<() => Promise<unknown>> = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  });
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close();
  });
  afterAll(() => browser.close());

  const start = async (
    more: Parameters<typeof startLiveServer>[1] & { dark?: boolean; hash?: string } = {},
  ) => {
    const night = salonNight();
    const server = await startLiveServer(night.source, more);
    open.push(server.close);
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      colorScheme: more.dark ? 'dark' : 'light',
      timezoneId: 'Europe/Paris',
      locale: 'en-GB',
    });
    open.push(() => context.close());
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${server.url}${more.hash ?? ''}`);
    return { ...night, ...server, page, errors };
  };
  const sees = (page: Page, selector: string, text: string) =>
    until(async () => (await page.locator(selector).allTextContents()).join('\n').includes(text));

  test('shows providers, the time of the state and a chart that is drawn', async () => {
    const { page, errors } = await start();
    await sees(page, 'article h3', 'alpha');
    await sees(page, 'article h3', 'beta');
    await sees(page, '#mode', 'ARMED');
    await sees(page, '#now', '20:04:30');
    const painted = await until(() =>
      page.evaluate<number>(`(() => {
        const canvas = document.querySelector('canvas');
        if (!canvas) return 0;
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.filter((value, index) => index % 4 === 3 && value > 0).length;
      })()`),
    );
    expect(painted).toBeGreaterThan(1_000);
    expect(errors).toEqual([]);
  });

  test('an incident appears by itself, is announced, and can be acknowledged', async () => {
    const { page, set, incident, orders } = await start();
    await sees(page, '#connection', 'live');
    set({ incidents: [incident] });
    await sees(page, '.incident', '240 messages in 8 s where 12.5 were expected');
    await sees(page, '#announce', 'critical incident on alpha');
    await page.getByRole('button', { name: 'Acknowledge the incident on alpha' }).click();
    await page.getByLabel('Your name').fill('marie');
    await page.locator('#order-confirm').click();
    await until(() => orders.length > 0);
    expect(orders).toEqual([['acknowledge', incident.id, 'marie']]);
  });

  test('pausing asks first, then orders it, and the button becomes resume', async () => {
    const { page, set, orders, paused } = await start();
    await page.getByRole('button', { name: 'Pause alpha' }).click();
    expect(orders).toEqual([]);
    await page.getByLabel('Reason').fill('too many');
    await page.getByLabel('Your name').fill('marie');
    await page.locator('#order-confirm').click();
    await until(() => orders.length > 0);
    expect(orders).toEqual([['pause', 'alpha', 'too many', 'marie']]);
    set({ providers: [paused, providerView('beta')] });
    await page.getByRole('button', { name: 'Resume alpha' }).waitFor();
  });

  test('a campaign that is paused is shown as that, and resumed by itself', async () => {
    const { page, set, orders } = await start();
    const spring = pauseOf('alpha', 1, { campaign: 'spring', by: 'ana', trickle: 6 });
    set({ providers: [providerView('alpha', { pauses: [spring] }), providerView('beta')] });
    await sees(
      page,
      '.parts li',
      'Campaign spring paused since 20:00:04 by ana, 6 a minute let through: a burst',
    );
    await page.getByRole('button', { name: 'Pause alpha' }).waitFor();
    await page.getByRole('button', { name: 'Resume campaign spring of alpha' }).click();
    await page.getByLabel('Reason').fill('it was planned');
    await page.getByLabel('Your name').fill('marie');
    await page.locator('#order-confirm').click();
    await until(() => orders.length > 0);
    expect(orders).toEqual([['resume', 'alpha,campaign=spring', 'it was planned', 'marie']]);
  });

  test('hands off is ordered with a reason, shown, and ended', async () => {
    const { page, set, orders } = await start();
    const order = async (name: string, reason: string) => {
      await page.locator('header').getByRole('button', { name, exact: true }).click();
      await page.getByLabel('Reason').fill(reason);
      await page.getByLabel('Your name').fill('marie');
      await page.locator('#order-confirm').click();
      await page.locator('#order').waitFor({ state: 'hidden' });
    };
    await order('Hands off', 'migrating');
    set({ handsOff: { by: 'marie', reason: 'migrating', since: ms(NIGHT) } });
    await sees(page, '#hands-off', 'Hands off since 20:04:30 by marie (migrating)');
    await order('Hands on', 'done');
    expect(orders).toEqual([
      ['hands off', 'true', 'migrating', 'marie'],
      ['hands off', 'false', 'done', 'marie'],
    ]);
  });

  test('a viewer sees all and is offered nothing; an operator is not asked for a name', async () => {
    const ana = newToken('ana', 'operator');
    const bob = newToken('bob', 'viewer');
    const tokens = loadTokens({}, { tokens: `${ana.line},${bob.line}` });
    const viewer = await start({ tokens, hash: `/#token=${bob.token}` });
    viewer.set({ incidents: [viewer.incident], providers: [viewer.paused, providerView('beta')] });
    await sees(viewer.page, '#who', 'bob, viewer');
    await sees(viewer.page, '.incident', 'messages in 8 s');
    expect(await viewer.page.locator('button:visible').count()).toBe(0);

    const { page, orders } = await start({ tokens, hash: `/#token=${ana.token}` });
    await sees(page, '#who', 'ana, operator');
    await page.getByRole('button', { name: 'Pause beta' }).click();
    expect(await page.getByLabel('Your name').isVisible()).toBe(false);
    await page.getByLabel('Reason').fill('too many');
    await page.locator('#order-confirm').click();
    await until(() => orders.length > 0);
    expect(orders).toEqual([['pause', 'beta', 'too many', 'ana']]);
  });

  test('comes back by itself when the server does, and is current', async () => {
    const { page, port, close, source, set } = await start();
    await sees(page, '#connection', 'live');
    await close();
    await sees(page, '#connection', 'reconnecting');
    set({ now: ms(NIGHT + 90_000), health: { ...source.state().health, problems: ['Kafka was away'] } });
    const again = await startLiveServer(source, { port });
    open.push(again.close);
    await until(async () => (await page.locator('#connection').textContent()) === 'live', { within: 90_000 });
    await sees(page, '#now', '20:06:00');
    await sees(page, '#problems', 'Kafka was away');
  });

  test('a hostile text is shown as text and nothing else', async () => {
    const { page, say, errors } = await start();
    const hostile = '<img src=x onerror="document.title=1">';
    say(feedLine(hostile));
    await sees(page, '#feed', hostile);
    expect(await page.locator('#feed img').count()).toBe(0);
    expect(await page.title()).toBe('tocsin');
    expect(errors).toEqual([]);
  });

  test('a token is taken from the address, or asked for', async () => {
    const given = await start({ token: 'secret', hash: '/#token=secret' });
    await sees(given.page, '#connection', 'live');
    expect(given.page.url()).not.toContain('secret');
    const asked = await start({ token: 'secret' });
    await asked.page.getByRole('textbox', { name: 'Token' }).fill('secret');
    await asked.page.getByRole('button', { name: 'Open' }).click();
    await sees(asked.page, '#connection', 'live');
  });

  test('fits a screen of 1280 by 800, by day and by night', async () => {
    for (const dark of [true, false]) {
      const { page, set, incident, paused } = await start({ dark });
      set({ incidents: [incident], providers: [paused, providerView('beta')] });
      await sees(page, '.state', 'paused');
      await sees(page, '.incident', 'Profitez');
      const room = await page.evaluate('[document.body.scrollHeight, document.body.scrollWidth]');
      expect(room).toEqual([800, 1280]);
      const folder = process.env.TOCSIN_SCREENSHOTS;
      if (folder) await page.screenshot({ path: `${folder}/live-${dark ? 'dark' : 'light'}.png` });
    }
  });
});
