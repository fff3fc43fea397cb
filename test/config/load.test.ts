import { describe, expect, test } from 'vitest';
import { type ConfigError, parseConfig } from '../../src/config/load.ts';
import { requireAgreement } from '../../src/config/rules.ts';
import { configSchema } from '../../src/config/schema.ts';
import { maskSecrets, readSecrets } from '../../src/config/secrets.ts';

const mistakes = (text: string): string[] => {
  try {
    parseConfig(text, 'tocsin.yaml');
    return [];
  } catch (error) {
    return (error as ConfigError).message.split('\n');
  }
};

describe('the configuration', () => {
  test('may be empty: every key has a default', () => {
    expect(parseConfig('', 'tocsin.yaml')).toEqual(configSchema.parse({}));
  });

  test('a fresh installation pauses nothing until it is armed', () => {
    expect(configSchema.parse({}).mode).toBe('dry-run');
  });

  test('names the key and the line of every mistake at once', () => {
    const text = 'mode: armd\nlive:\n  prt: 3\ndetect:\n  every: 3 seconds\n  repeats:\n    people: many\n';
    expect(mistakes(text)).toEqual([
      expect.stringMatching(/^tocsin\.yaml:1: mode: /),
      expect.stringMatching(/^tocsin\.yaml:5: detect\.every: must be a length of time/),
      expect.stringMatching(/^tocsin\.yaml:7: detect\.repeats\.people: /),
      'tocsin.yaml:3: live.prt: no such key',
    ]);
  });

  test('knows no time zone that does not exist', () => {
    const fallback = '{ country: FR, zone: Paris }';
    expect(mistakes(`detect:\n  zone: Europe/Pari\n  quietHours:\n    fallback: ${fallback}\n`)).toEqual([
      'tocsin.yaml:2: detect.zone: must be an IANA time zone such as Europe/Paris',
      'tocsin.yaml:4: detect.quietHours.fallback.zone: must be an IANA time zone such as Europe/Paris',
    ]);
  });

  test('tells the line of broken YAML', () => {
    expect(mistakes('mode: armed\nlive: [')[0]).toMatch(/^tocsin\.yaml:2: /);
  });

  test('lengths of time become milliseconds', () => {
    const { detect, incidents } = parseConfig(
      'detect: {every: 1.5s}\nincidents: {resolveAfter: 2h}',
      'tocsin.yaml',
    );
    expect([detect.every, incidents.resolveAfter]).toEqual([1_500, 7_200_000]);
  });
});

describe('what must agree', () => {
  const check =
    (config: object, env: Record<string, string> = {}) =>
    () =>
      requireAgreement(configSchema.parse(config), readSecrets(env));

  test('a door open to the outside needs a token', () => {
    expect(check({ live: { host: '0.0.0.0' } })).toThrow(/live\.host: .*TOCSIN_TOKEN/);
    expect(check({ live: { host: '0.0.0.0' } }, { TOCSIN_TOKEN: 'secret' })).not.toThrow();
  });

  test('buttons in Slack need the secret that proves who pressed them', () => {
    const config = { notify: { slack: { channel: 'C1', operators: ['U1'] } } };
    const env = { SLACK_BOT_TOKEN: 'xoxb-1' };
    expect(check(config, env)).toThrow(/notify\.slack\.operators: SLACK_SIGNING_SECRET/);
    expect(check(config, { ...env, SLACK_SIGNING_SECRET: 's' })).not.toThrow();
  });

  test('a password in the file is refused without being repeated', () => {
    const wrong = check({ redis: { url: 'redis://:hunter2@db:6379' } }, { TOCSIN_HMAC_KEY: 'k' });
    expect(wrong).toThrow(/redis\.url: a password does not belong in a file/);
    expect(wrong).not.toThrow(/hunter2/);
  });

  test('secrets are told as set or not set, never shown', () => {
    const shown = JSON.stringify(maskSecrets(readSecrets({ SLACK_BOT_TOKEN: 'xoxb-1', TOCSIN_TOKEN: '' })));
    expect(shown).not.toContain('xoxb-1');
    expect(JSON.parse(shown)).toMatchObject({ SLACK_BOT_TOKEN: '(set)', TOCSIN_TOKEN: '(not set)' });
  });
});
