/** Which actuators a provider has: those of its configuration, and the control topic, which is everybody's. */
import type { Config } from '../../config/schema.ts';
import type { Environment } from '../../config/template.ts';
import type { Target } from '../target.ts';
import type { Actuator } from './actuator.ts';
import { createHttpActuator } from './http.ts';
import { settingsOf } from './presets.ts';

/** A provider's own actuators, which are made once, and those that are everybody's. */
export interface ActuatorsOf {
  readonly of: (provider: string) => readonly Actuator[];
  /** Whether one of the provider's own stops so little of it; true as well where it has none that could do better. */
  readonly reaches: (target: Target) => boolean;
}

export const actuatorsOf = (
  providers: Config['providers'],
  env: Environment,
  everybodys: readonly Actuator[],
): ActuatorsOf => {
  const own = new Map(
    Object.entries(providers).map(([name, { actuators }]) => [
      name,
      actuators.map((config) => createHttpActuator(settingsOf(config), env)),
    ]),
  );
  const ownOf = (provider: string): readonly Actuator[] => own.get(provider) ?? [];
  return {
    of: (provider) => [...ownOf(provider), ...everybodys],
    reaches: (target) => {
      const able = ownOf(target.provider);
      return able.length === 0 || able.some((actuator) => 'effect' in actuator.reach(target));
    },
  };
};
