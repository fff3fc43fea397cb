/**
 * The order of test files. Vitest runs what took longest first, as far as it remembers earlier runs; a fresh checkout
 * remembers none, and one long file begun last keeps the whole run waiting. So those that are known to be long begin.
 */
import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Each takes most of a minute or more, most of it waiting; the longest first. */
const LONG = [
  'test/e2e/kill.test.ts',
  'test/e2e/backlog.test.ts',
  'test/e2e/chaos.test.ts',
  'test/intake/kafka/kafka.test.ts',
  'test/intake/kafka/kafka-3.9.test.ts',
  'test/e2e/salon-night.test.ts',
  'test/e2e/blind/http.test.ts',
  'test/e2e/any-cut/in-redis.test.ts',
  'test/e2e/any-cut/in-process.test.ts',
  'test/e2e/replay.test.ts',
  'test/e2e/blind/servers.test.ts',
];

export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const known = LONG.indexOf(relative(this.ctx.config.root, moduleId));
      return known === -1 ? LONG.length : known;
    };
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}
