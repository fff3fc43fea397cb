/** Which actuators a provider has: those of its configuration, and the control topic, which is everybody's. */
import type { Config } from '../config/schema.ts';
import type { Environment } from '../config/template.ts';
import type { Actuator } from './actuator.ts';
import { createHttpActuator } from './actuator-http.ts';
import { settingsOf } from './actuator-presets.ts';

/** The actuators of each provider, made once. */
export const actuatorsOf = (
  providers: Config['providers'],
  env: Environment,
  everybodys: readonly Actuator[],
): ((provider: string) => readonly Actuator[]) => {
  const own = new Map(
    Object.entries(providers).map(([name, { actuators }]) => [
      name,
      [...actuators.map((config) => createHttpActuator(settingsOf(config), env)), ...everybodys],
    ]),
  );
  return (provider) => own.get(provider) ?? everybodys;
};
