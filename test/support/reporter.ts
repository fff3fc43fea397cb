/** The last line of a run, for machines: "N passed, N failed, N skipped", counting tests. */
import type { Reporter, TestModule } from 'vitest/node';

export default class SummaryLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that does not even load, or fails around its tests, is one failure more.
    const broken = modules.filter(
      (module) => module.errors().length > 0 || (module.state() === 'failed' && !hasFailed(module)),
    );
    const skipped = count('skipped') + count('pending');
    if (process.env.TOCSIN_MISSING)
      console.log(`\nMISSING: ${process.env.TOCSIN_MISSING}. What needs it was not tested.`);
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    console.log(`\n${count('passed')} passed, ${count('failed') + broken.length} failed${tail}`);
  }
}

const hasFailed = (module: TestModule): boolean =>
  [...module.children.allTests()].some((test) => test.result().state === 'failed');
