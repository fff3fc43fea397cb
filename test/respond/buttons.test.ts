import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/incidents/incident.ts';
import { createButtonOrders, MUTED_FOR, offersOf } from '../../src/respond/buttons.ts';

const incident = { id: 'alpha-1', provider: 'alpha', status: 'open', severity: 'warning' } as Incident;

const ordering = (known: readonly Incident[] = [incident]) => {
  const done: unknown[][] = [];
  const note =
    (what: string) =>
    async (...how: unknown[]) => {
      done.push([what, ...how]);
    };
  const orders = createButtonOrders({
    incidents: () => known,
    acknowledge: note('acknowledge'),
    resume: note('resume'),
    mute: note('mute'),
  });
  return { orders, done };
};

describe('an order', () => {
  it('goes to the incident or its provider, in the name of who gave it', async () => {
    const { orders, done } = ordering();
    expect(await orders.acknowledge?.('alpha-1', 'ana')).toBeUndefined();
    expect(await orders.resume?.('alpha-1', 'ana')).toBeUndefined();
    expect(await orders.mute?.('alpha-1', 'ana')).toContain('by ana');
    expect(done).toEqual([
      ['acknowledge', 'alpha-1', 'ana'],
      ['resume', 'alpha', 'asked for in Slack', 'ana'],
      ['mute', 'alpha-1', 'warning', MUTED_FOR],
    ]);
  });

  it('on what is not there, or done already, is refused and says why', async () => {
    const { orders, done } = ordering([{ ...incident, status: 'resolved' }]);
    await expect(orders.resume?.('beta-1', 'ana')).rejects.toThrow('not known');
    await expect(orders.acknowledge?.('alpha-1', 'ana')).rejects.toThrow('resolved already');
    expect(done).toEqual([]);
  });

  it('is offered when somebody stands behind it', () => {
    expect([...offersOf(ordering().orders)]).toEqual(['acknowledge', 'resume', 'mute']);
  });
});
