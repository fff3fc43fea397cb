import { leaderDiesSuite } from './leader-dies.ts';

leaderDiesSuite([
  ['recorded, its incident not told', { redis: 'Paused by policy' }],
  ['told, and Slack has not taken it', { slack: 'before' }],
  ['told, and Slack has taken it without an answer', { slack: 'after' }],
]);
