import { describe, expect, test } from 'vitest';
import { finding, NIGHT } from '../incidents/build.ts';
import { newDisk, see, startProcess } from '../respond/pause-world.ts';

/** Two instances, of which the first leads; alpha has an incident. */
const two = async () => {
  const on = newDisk();
  let first = true;
  const [leader, standby] = [startProcess(on, () => first), startProcess(on, () => !first)];
  see(on, [finding(NIGHT)]);
  await leader.tick();
  await standby.tick();
  const change = async () => {
    first = !first;
    on.now += 1;
    await Promise.all([leader.tick(), standby.tick()]);
  };
  const incident = () => [...on.incidents.values()][0];
  const changes = () => on.journal.flatMap(({ kind, by }) => (kind === 'opened' ? [] : [`${kind} by ${by}`]));
  return { on, leader, standby, change, incident, changes };
};

describe('an instance that does not lead', () => {
  test('passes on who took an incident up, and it is told once', async () => {
    const { on, leader, standby, change, incident, changes } = await two();
    await standby.acknowledge(incident()?.id ?? '', 'ana');
    expect(changes()).toEqual([]);
    await leader.tick();
    expect(incident()).toMatchObject({ status: 'acknowledged', acknowledged: { by: 'ana' } });
    await change();
    await standby.acknowledge(incident()?.id ?? '', 'ben');
    expect(changes()).toEqual(['acknowledged by ana']);
    expect(on.outbox.names).toHaveLength(1);
  });

  test('carries out what a person orders, and the one that leads makes it a part of the incident', async () => {
    const { on, leader, standby, change, incident, changes } = await two();
    await standby.order('pause', 'alpha');
    expect(on.gate.paused).toMatchObject([{ provider: 'alpha', by: 'ana' }]);
    await leader.tick();
    await change();
    expect(incident()?.actions).toMatchObject([{ action: 'pause', by: 'ana' }]);
    expect(incident()?.status).toBe('mitigating');
    expect(changes()).toEqual(['paused by ana']);
  });
});
