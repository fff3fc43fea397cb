import { expect, test } from 'vitest';
import { detect } from '../../../src/cli/drill/detection.ts';
import { configSchema } from '../../../src/config/schema.ts';

const detected = (config: object, provider = 'alpha') => detect(configSchema.parse(config), provider);

test('finds the provider that starts by itself, in dry-run too, and says what would be paused', async () => {
  expect(await detected({ mode: 'dry-run', providers: { beta: {} } }, 'beta')).toEqual({
    state: 'ok',
    says: expect.stringMatching(
      /^found after \d s by repeats \+ quiet_hours; marketing through beta would be paused$/,
    ),
    value: { provider: 'beta', category: 'marketing' },
  });
});

test('needs no forbidden hour: a burst of repeats is enough', async () => {
  const rules = { FR: { marketing: 'anytime' } };
  expect(await detected({ detect: { quietHours: { rules } } })).toMatchObject({
    state: 'ok',
    says: expect.stringContaining('by burst + repeats'),
  });
});

test('reads records as tocsin writes them, whatever the real ones look like', async () => {
  const intake = { preset: 'twilio-event-streams', maxRecord: 256 };
  expect(await detected({ intake })).toMatchObject({ state: 'ok' });
});

test('pauses as much as the configuration says, and says what holds the pause back', async () => {
  const alpha = { narrowest: 'provider', protected: true };
  expect(await detected({ providers: { alpha } })).toMatchObject({
    state: 'ok',
    says: expect.stringMatching(/; alpha would be paused, but is held back: the provider is protected/),
    value: { provider: 'alpha' },
  });
});

test('fails when nothing would be paused, and names what was seen of it', async () => {
  const blind = { repeats: { each: 9, people: 9_999, ratio: 99 }, burst: { minimum: 1_000_000 } };
  expect(await detected({ detect: blind })).toMatchObject({
    state: 'failed',
    says: expect.stringMatching(/would not be paused; only seen: .*quiet_hours \(strong\)/),
    todo: expect.stringContaining('respond.pauseWhen'),
  });
});

test('a table without lines is meant', async () => {
  expect(await detected({ respond: { pauseWhen: [] } })).toMatchObject({
    state: 'ok',
    says: expect.stringMatching(/^respond\.pauseWhen is empty, nothing is ever paused; only seen: .*repeats/),
  });
});
