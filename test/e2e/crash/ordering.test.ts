import { leaderDiesSuite } from './leader-dies.ts';

leaderDiesSuite([
  ['nowhere', {}],
  ['decided, the gate not set', { redis: '{gate}:pause:' }],
  ['called, the outcome not recorded', { provider: true }],
]);
