/** The live page's files, served from memory. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FastifyInstance } from 'fastify';

/** Adds the page's files, read once. They are found from here: src/live and dist/live lie two folders below the root. */
export const registerPage = (app: FastifyInstance): void => {
  const root = new URL('../../dashboards/live/', import.meta.url);
  const require = createRequire(import.meta.url);
  const uplot = (file: string) =>
    require.resolve('uplot/package.json').replace(/package\.json$/, `dist/${file}`);
  const files: ReadonlyArray<readonly [path: string, from: URL | string, type: string]> = [
    ['/', new URL('index.html', root), 'text/html; charset=utf-8'],
    ...['live.js', 'view.js', 'incidents.js', 'pauses.js', 'chart.js', 'orders.js', 'hands-off.js'].map(
      (file) => [`/assets/${file}`, new URL(file, root), 'text/javascript; charset=utf-8'] as const,
    ),
    ['/assets/live.css', new URL('live.css', root), 'text/css; charset=utf-8'],
    ['/assets/icon.svg', new URL('icon.svg', root), 'image/svg+xml'],
    ['/assets/uPlot.iife.min.js', uplot('uPlot.iife.min.js'), 'text/javascript; charset=utf-8'],
    ['/assets/uPlot.min.css', uplot('uPlot.min.css'), 'text/css; charset=utf-8'],
  ];
  for (const [path, from, type] of files) {
    const body = readFileSync(from);
    app.get(path, async (_request, reply) => reply.type(type).send(body));
  }
};
