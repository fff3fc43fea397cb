import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requireAgreement } from '../../src/config/rules.ts';
import { configSchema } from '../../src/config/schema.ts';
import { hashOf, loadTokens, newToken } from '../../src/config/tokens.ts';

const HASH = hashOf('a token').toString('hex');
const fileWith = (text: string, mode = 0o600) => {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-tokens-')), 'tokens');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

test('the shared tokens and those of people, from the environment and from the file', () => {
  const tokensFile = fileWith(`# on call\n\nana:operator:${HASH}\n`);
  const tokens = [newToken('bob@example.org', 'viewer').line, newToken('chloe', 'operator').line].join(',');
  const known = loadTokens({ tokensFile }, { token: 'secret', viewerToken: 'look', tokens });
  expect(known.map(({ caller }) => caller)).toEqual([
    { name: 'TOCSIN_TOKEN', role: 'operator', kind: 'shared' },
    { name: 'TOCSIN_VIEWER_TOKEN', role: 'viewer', kind: 'shared' },
    { name: 'bob@example.org', role: 'viewer', kind: 'person' },
    { name: 'chloe', role: 'operator', kind: 'person' },
    { name: 'ana', role: 'operator', kind: 'person' },
  ]);
  expect(known.at(-1)?.hash).toEqual(hashOf('a token'));
});

test('a new token is known by its line alone, and no two are the same', () => {
  const { token, line } = newToken('ana', 'operator');
  expect(line).not.toContain(token);
  expect(loadTokens({}, { tokens: line })[0]?.hash).toEqual(hashOf(token));
  expect(newToken('ana', 'operator').token).not.toBe(token);
});

describe('what cannot be used says where and why', () => {
  const cases: [string, string, RegExp][] = [
    ['a role that there is not', `ana:owner:${HASH}`, /tokens:1: must be name:viewer or operator/],
    ['a token in clear', '\nana:operator:secret', /tokens:2: must be/],
    ["tocsin's own name", `policy:operator:${HASH}`, /tokens:1: policy is tocsin's own name/],
    ['a name that no line can have', `a b:operator:${HASH}`, /a name is letters/],
    ['two of one name', `ana:viewer:${HASH}\nana:operator:${hashOf('x').toString('hex')}`, /ana has two/],
    ['one token for two', `ana:viewer:${HASH}\nbob:viewer:${HASH}`, /bob has the token of somebody else/],
  ];
  test.each(cases)('%s', (_name, text, error) => {
    expect(() => loadTokens({ tokensFile: fileWith(text) }, {})).toThrow(error);
  });

  test('a file that others may read, or that is not there', () => {
    const tokensFile = fileWith(`ana:operator:${HASH}`, 0o640);
    expect(() => loadTokens({ tokensFile }, {})).toThrow(/is open to others; chmod 600/);
    expect(() => loadTokens({ tokensFile: '/nowhere/tokens' }, {})).toThrow(
      /live\.tokensFile: cannot be read/,
    );
    expect(() => newToken('detection', 'viewer')).toThrow(/own name/);
  });
});

test('beyond loopback any token will do, and one that is wrong is found before the start', () => {
  const config = configSchema.parse({ live: { host: '0.0.0.0' } });
  expect(() => requireAgreement(config, { tokens: `ana:viewer:${HASH}` })).not.toThrow();
  expect(() => requireAgreement(configSchema.parse({}), { tokens: 'ana' })).toThrow(/TOCSIN_TOKENS:1/);
});
