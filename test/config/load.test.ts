import { describe, expect, test } from 'vitest';
import type { ConfigError } from '../../src/config/config-error.ts';
import { parseConfig } from '../../src/config/load.ts';
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

describe('actuators', () => {
  const wrong = (actuators: string) => mistakes(`providers:\n  alpha:\n    actuators:\n${actuators}`);

  test('templates are checked where they are written', () => {
    expect(wrong('      - { kind: http, pause: { url: "https://p/{provder}" } }\n')).toEqual([
      expect.stringMatching(
        /^tocsin\.yaml:4: providers\.alpha\.actuators\.0\.pause\.url: no such placeholder: \{provder\}; there are \{action\}, /,
      ),
    ]);
    expect(wrong('      - { kind: http, pause: { url: p, body: "{" } }\n')).toEqual([
      expect.stringMatching(/pause\.url: must begin with https:/),
      expect.stringMatching(/pause\.body: is not JSON/),
    ]);
  });

  test('secrets do not belong in the file, and are not repeated', () => {
    const told = wrong(
      '      - { kind: twilio, subaccount: AC1, authToken: hunter2 }\n' +
        '      - { kind: http, pause: { url: "https://p", headers: { authorization: Bearer hunter2 } } }\n',
    );
    expect(told).toEqual([
      expect.stringMatching(/^tocsin\.yaml:4: .*authToken: a secret does not belong in a file/),
      expect.stringMatching(/^tocsin\.yaml:5: .*headers\.authorization: looks like a secret/),
    ]);
    expect(told.join()).not.toContain('hunter2');
  });

  test('two of a kind need names, and hooks say what they are called', () => {
    const two = '      - { kind: twilio, subaccount: AC1 }\n      - { kind: twilio, subaccount: AC2 }\n';
    expect(wrong(two)).toEqual([
      expect.stringMatching(/^tocsin\.yaml:5: .*actuators\.1\.name: two actuators are called twilio/),
    ]);
    expect(mistakes('providers:\n  alpha:\n    hooks: { pause: { url: "https://p" } }\n')).toEqual([
      expect.stringMatching(
        /^tocsin\.yaml:3: providers\.alpha\.hooks: is called actuators: \[\{ kind: http, /,
      ),
    ]);
  });
});

describe('what must agree', () => {
  const check =
    (config: object, env: Record<string, string> = {}) =>
    () =>
      requireAgreement(configSchema.parse(config), readSecrets(env), env);

  test('a door open to the outside needs a token', () => {
    expect(check({ live: { host: '0.0.0.0' } })).toThrow(/live\.host: .*TOCSIN_TOKEN/);
    expect(check({ live: { host: '0.0.0.0' } }, { TOCSIN_TOKEN: 'secret' })).not.toThrow();
  });

  test('what actuators take from the environment must be there; a control topic needs Kafka', () => {
    const actuators = [
      { kind: 'twilio', subaccount: `\${SUB}` },
      { kind: 'http', pause: { url: 'https://p' } },
    ];
    expect(check({ providers: { alpha: { actuators } } }, { TWILIO_ACCOUNT_SID: 'AC1' })).toThrow(
      'providers.alpha.actuators.0 (twilio): not set in the environment: SUB, TWILIO_AUTH_TOKEN',
    );
    const env = { SUB: 'AC2', TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 's' };
    expect(check({ providers: { alpha: { actuators } } }, env)).not.toThrow();
    expect(check({ respond: { controlTopic: 'paused' } })).toThrow(
      /respond\.controlTopic: .*set intake\.kafka/,
    );
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
