import { anyCutSuite } from './any-cut.ts';
import { openInProcess } from './in-process.ts';

anyCutSuite('in the process', { open: openInProcess, numRuns: 8 });
