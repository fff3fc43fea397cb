import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { configSchema } from '../../src/config/schema.ts';

interface Service {
  build?: string;
  image?: string;
  command?: string[] | string;
  healthcheck?: { test?: string[]; disable?: boolean };
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
}

const root = resolve(import.meta.dirname, '../..');
const text = (name: string) => readFileSync(resolve(root, name), 'utf8');
const compose = parse(text('docker-compose.yml')) as {
  services: Record<string, Service>;
  configs: Record<string, { content: string }>;
  volumes: Record<string, unknown>;
};
const services = Object.entries(compose.services);
/** Those that end by themselves are healthy when they have ended well. */
const oneShot = new Set(['simulator', 'topics']);

describe('docker-compose.yml', () => {
  it.each(services)('pins the image of %s to a version', (_, { image }) => {
    expect(image).toMatch(/:\d+\.\d+\.\d+[\w.-]*$/);
  });

  it.each(services.filter(([name]) => !oneShot.has(name)))('asks %s for its health', (_, { healthcheck }) => {
    expect(healthcheck?.test?.length).toBeGreaterThan(1);
  });

  it('names every volume it mounts', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect(Object.keys(compose.volumes).sort()).toEqual(mounted.sort());
  });

  it('publishes on loopback only', () => {
    const published = services.flatMap(([, { ports = [] }]) => ports);
    expect(published.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });

  it('waits for what it depends on to be healthy, or to have ended well', () => {
    for (const [, { depends_on = {} }] of services)
      for (const [name, { condition }] of Object.entries(depends_on)) {
        const ends = name === 'topics';
        expect(condition).toBe(ends ? 'service_completed_successfully' : 'service_healthy');
        expect(compose.services).toHaveProperty(name);
      }
  });

  it('runs only commands and options that tocsin has', async () => {
    const ours = services.filter(([, { image }]) => image?.startsWith('tocsin:'));
    expect(ours.map(([name]) => name)).toEqual(['tocsin', 'simulator']);
    for (const [, { command = [] }] of ours) {
      const [name, ...rest] = [command].flat();
      const fill = await COMMANDS.find((entry) => entry.name === name)?.load();
      const options = fill?.(new Command(name)).options.map(({ long }) => long);
      expect(options, name).toBeDefined();
      for (const option of rest.filter((word) => word.startsWith('--'))) expect(options).toContain(option);
    }
  });

  it('gives tocsin a configuration it accepts', () => {
    const config = configSchema.parse(parse(compose.configs.tocsin?.content ?? ''));
    expect(config.intake.kafka?.brokers).toEqual(['kafka:9092']);
    expect(config.redis?.url).toBe('redis://redis:6379');
  });
});

describe('Dockerfile', () => {
  const dockerfile = text('Dockerfile');

  it('builds on pinned long-term releases of Node', () => {
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:24\.\d+\.\d+-bookworm-slim$/);
  });

  it('does not run as root and asks for its health', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK .*\n.*\/healthz/m);
  });

  it('copies only what exists and what .dockerignore lets through', () => {
    const allowed = new Set([...text('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name));
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    for (const name of copied) {
      expect(allowed).toContain(name.replace('./', ''));
      expect(existsSync(resolve(root, name))).toBe(true);
    }
  });
});
