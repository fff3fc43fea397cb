/** The manual: what its pages name is there, none is too long to read, and each says first what it is about. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');
const LONGEST = 200;

const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file));

const PAGES = ['README.md', 'CHANGELOG.md', ...pagesIn('.github'), ...pagesIn('src')];

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

interface Link {
  readonly target: string;
  readonly file: string;
  readonly anchor: string | undefined;
}

const linksOf = (page: string): Link[] =>
  [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target = '']) => {
    if (/^https?:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path));
    return [{ target, file, anchor }];
  });

describe.each(PAGES)('%s', (page) => {
  it('links to files and sections that are there', () => {
    const broken = linksOf(page).filter(
      ({ file, anchor }) =>
        !existsSync(join(ROOT, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor)),
    );
    expect(broken.map(({ target }) => target)).toEqual([]);
  });

  it(`is no longer than ${LONGEST} lines`, () => {
    expect(textOf(page).split('\n').length).toBeLessThanOrEqual(LONGEST);
  });
});

describe.each(PAGES.filter((page) => dirname(page) !== '.'))('%s', (page) => {
  it('says first what it is, what comes in and what goes out', () => {
    const [, , ...lines] = textOf(page).split('\n');
    expect(lines.slice(0, 3).map((line) => line.slice(0, line.indexOf(':')))).toEqual([
      '- What this is',
      '- What comes in',
      '- What goes out',
    ]);
  });
});

it('the manual is linked from the first page, every page of it', () => {
  const linked = new Set(linksOf('README.md').map(({ file }) => file));
  expect(PAGES.filter((page) => page !== 'README.md' && !linked.has(page))).toEqual([]);
});
