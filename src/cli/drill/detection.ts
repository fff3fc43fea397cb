/**
 * Would a provider that starts sending by itself be found and paused? The night of the salons goes through fold,
 * windows, watch and policy in this process, under the provider's name and with its configuration. Nothing of it leaves.
 */
import { pino } from 'pino';
import { type Config, configSchema } from '../../config/schema.ts';
import { type Ms, ms, type SmsEvent } from '../../events/event.ts';
import { type Action, tookPlace } from '../../incidents/action.ts';
import type { Incident } from '../../incidents/incident.ts';
import { type Target, targetName, targetOf } from '../../respond/target.ts';
import { simulate } from '../../simulate/stream.ts';
import { toJson } from '../../simulate/write.ts';
import { createMemoryStore } from '../../windows/store/memory.ts';
import { createPass } from '../replay/pass.ts';
import { readLog } from '../replay/read-log.ts';
import { failed, type StepOutcome } from './step.ts';

const at = (time: string): Ms => ms(Date.parse(`${time}+01:00`));
/** The same hour is seen the evening before, since a burst in an hour never seen only warns. */
const BEFORE = { start: at('2026-10-27T20:00:00'), end: at('2026-10-27T21:00:00') };
const FAULT = at('2026-10-28T20:45:00');
const NIGHT = { start: at('2026-10-28T20:00:00'), end: ms(FAULT + 120_000) };
/** The share of usual traffic that is simulated, of which little is enough. */
const SCALE = 0.1;
/** The messages a second of the fault, which is as fast as on the night itself. */
const RATE = 9;
const BATCH = 200;

/** Lets a provider go wrong in this process; the outcome's value is what would be paused. */
export const detect = async (config: Config, provider: string): Promise<StepOutcome<Target>> => {
  const { incidents, action } = await live(config, provider);
  const seen = incidents.flatMap(({ findings }) => findings.map(({ latest }) => latest));
  const signs = [...new Set(seen.map(({ detector, strength }) => `${detector} (${strength})`))];
  if (action) return found(action);
  const says = signs.length > 0 ? `only seen: ${signs.join(', ')}` : 'nothing was seen';
  if (config.respond.pauseWhen.length === 0 && signs.length > 0)
    return { state: 'ok', says: `respond.pauseWhen is empty, nothing is ever paused; ${says}` };
  return failed(
    `a provider that goes wrong would not be paused; ${says}`,
    'see detect and respond.pauseWhen; tocsin backtest tries settings on a log of yours',
  );
};

const found = (action: Action): StepOutcome<Target> => {
  const { rule = [], state, refused } = action;
  const target = targetOf(action);
  const after = Math.round((action.at - FAULT) / 1000);
  const held = state === 'refused' ? `, but is held back: ${refused}` : '';
  const says = `found after ${after} s by ${rule.join(' + ')}; ${targetName(target)} would be paused${held}`;
  return { state: 'ok', says, value: target };
};

/** Lives through the night; answers the incidents, and the pause or else what held it back last. */
const live = async (
  given: Config,
  provider: string,
): Promise<{ readonly incidents: readonly Incident[]; readonly action?: Action }> => {
  // The drill wants to know what armed would do, whatever the mode and whatever shape the real records have.
  const config: Config = { ...given, mode: 'armed', intake: configSchema.parse({}).intake };
  const store = createMemoryStore();
  const log = pino({ level: 'silent' });
  const { look, book } = createPass({ config, store, log });
  const isOver = () => book.pauses().length > 0;
  await readLog(night(provider, isOver), { config, store, log, look });
  const actions = book.actions().filter((one) => one.provider === provider && one.action === 'pause');
  const action = actions.find(tookPlace) ?? actions.at(-1);
  return { incidents: book.all().filter((one) => one.provider === provider), action };
};

/** The events of the night under the provider's name, as records, until `isOver`. */
async function* night(provider: string, isOver: () => boolean): AsyncGenerator<readonly Buffer[]> {
  const names: Readonly<Record<string, string>> = { alpha: provider, beta: `beside ${provider}` };
  const named = (event: SmsEvent): SmsEvent =>
    'provider' in event && event.provider !== undefined
      ? { ...event, provider: names[event.provider] ?? event.provider }
      : event;
  const usual = { seed: 1, scale: SCALE } as const;
  const streams = [
    simulate({ ...usual, ...BEFORE, scenario: 'ordinary-day' }),
    simulate({ ...usual, ...NIGHT, scenario: 'salon-night', runawayAt: FAULT, runawayRate: RATE / SCALE }),
  ];
  let batch: Buffer[] = [];
  for (const stream of streams) {
    for (const event of stream) {
      batch.push(Buffer.from(toJson(named(event))));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
      if (isOver()) return;
    }
  }
  yield batch;
}
