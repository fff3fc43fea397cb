/**
 * The HTTP actuator: any provider or system with an HTTP API, by templates. The presets are settings for it.
 * In: its settings and the environment. Out: an actuator.
 */
import { type HttpSettings, nameOf, type OrderValues } from '../../config/actuators.ts';
import { type Environment, fill, placeholdersIn } from '../../config/template.ts';
import type { Ms } from '../../events/event.ts';
import { type Target, targetKey } from '../target.ts';
import {
  type Actuator,
  type ActuatorOrder,
  type ActuatorOutcome,
  type ActuatorReach,
  type Effect,
  notTaken,
  type Shown,
  TAKEN,
} from './actuator.ts';
import { type ActuatorAnswer, ask, faultOf, shownRequest, type TemplateFilling } from './request.ts';

export const createHttpActuator = (settings: HttpSettings, env: Environment): Actuator => {
  const verify = settings.verify;

  const effectOf = async (values: OrderValues, signal: AbortSignal): Promise<Effect> => {
    if (!verify) return { kind: 'unknown', why: 'there is no way to ask' };
    const answer = await ask(verify, { values, env }, signal);
    if (answer.kind === 'expected') return { kind: 'in_effect' };
    // Where the status alone tells, a refusal means no; where a field tells, a refusal is no answer.
    const byStatus = Object.keys(verify.expect.json).length === 0;
    const isNo = answer.kind === 'differs' || (byStatus && answer.kind === 'refused' && answer.telling);
    return isNo ? { kind: 'not_in_effect' } : { kind: 'unknown', why: answer.why };
  };

  /** An order given before may be refused as no longer possible: what counts is that it is so. */
  const isSo = async (order: ActuatorOrder, values: OrderValues, signal: AbortSignal): Promise<boolean> => {
    const effect = await effectOf(values, signal);
    return effect.kind === (order.action === 'pause' ? 'in_effect' : 'not_in_effect');
  };

  const fillingOf = (order: ActuatorOrder, id: string): TemplateFilling => ({
    values: valuesOf(order, id),
    env,
    key: keyOf(order),
    order: payloadOf(order),
  });

  const carryOut = async (
    order: ActuatorOrder,
    id: string,
    signal: AbortSignal,
  ): Promise<ActuatorOutcome> => {
    const request = settings[order.action];
    if (!request) return notTaken(NO_UNDO);
    const answer = await ask(request, fillingOf(order, id), signal);
    if (answer.kind === 'expected') return TAKEN;
    const tells = answer.kind === 'differs' || (answer.kind === 'refused' && answer.telling);
    if (tells && (await isSo(order, valuesOf(order, id), signal))) return TAKEN;
    return failed(answer);
  };

  const show = (order: ActuatorOrder): Shown => {
    const request = settings[order.action];
    if (!request) return { fault: NO_UNDO };
    const fillings = idsOf(settings, order.target, env).map((id) => fillingOf(order, id));
    const fault = fillings.map((filling) => faultOf(request, filling)).find((one) => one !== undefined);
    return fault === undefined
      ? { requests: fillings.map((filling) => shownRequest(request, filling)) }
      : { fault };
  };

  return {
    name: nameOf(settings),
    timeout: settings.timeout,
    deadline: settings.deadline,
    reach: (target) => reachOf(settings, target),
    show,
    carryOut: async (order, signal) => {
      const ids = idsOf(settings, order.target, env);
      const outcomes = await Promise.all(ids.map((id) => carryOut(order, id, signal)));
      return worst(ids, outcomes);
    },
    ...(verify && {
      verify: async (target: Target, signal: AbortSignal) => {
        const ids = idsOf(settings, target, env);
        const effects = await Promise.all(
          ids.map((id) => effectOf(valuesOf({ ...NO_ORDER, target }, id), signal)),
        );
        return (
          effects.find(({ kind }) => kind === 'not_in_effect') ??
          effects.find(({ kind }) => kind === 'unknown') ?? { kind: 'in_effect' }
        );
      },
    }),
  };
};

const NO_UNDO = 'what it stopped cannot be started again there: send it anew';

const SCOPES = {
  provider: 'whole providers',
  category: 'single categories',
  campaign: 'single campaigns',
} as const satisfies Record<HttpSettings['stops'][number], string>;

const reachOf = (settings: HttpSettings, target: Target): ActuatorReach => {
  const { stops, carries, ids } = settings;
  const scope = target.campaign !== undefined ? 'campaign' : target.category ? 'category' : 'provider';
  if (!stops.includes(scope) && (carries === undefined || target.category !== carries)) {
    return { cannot: `it stops ${stops.map((one) => SCOPES[one]).join(' and ')} only` };
  }
  if (typeof ids === 'object' && !ids[target.campaign ?? '']) {
    return { cannot: `it knows no id of campaign ${target.campaign ?? '(none)'}: add it under ids` };
  }
  return { effect: effectNameOf(settings, target) };
};

/** Targets that make the same request stop the same thing. */
const effectNameOf = ({ pause, ids }: HttpSettings, target: Target): string => {
  const needsBody = pause.method !== 'GET' && pause.method !== 'DELETE';
  if (pause.body === undefined && needsBody) return targetKey(target);
  const used = placeholdersIn(`${pause.url} ${pause.body ?? ''} ${typeof ids === 'string' ? ids : ''}`);
  return targetKey({
    provider: target.provider,
    ...(used.includes('category') && target.category !== undefined && { category: target.category }),
    ...((used.includes('campaign') || used.includes('id')) &&
      target.campaign !== undefined && { campaign: target.campaign }),
  });
};

/** The ids to be sent, or one empty id when there are none to tell apart. */
const idsOf = ({ ids }: HttpSettings, target: Target, env: Environment): readonly string[] => {
  const templates = typeof ids === 'object' ? (ids[target.campaign ?? ''] ?? []) : [ids ?? ''];
  const values = valuesOf({ ...NO_ORDER, target }, '');
  return templates.map((text) => fill(text, { values, env }, { values: String }));
};

const NO_ORDER = { action: 'pause', incident: null, reason: '', since: 0 as Ms, token: 0 } as const;

const valuesOf = (order: ActuatorOrder, id: string): OrderValues => {
  const { action, target, incident, reason, since, token } = order;
  return {
    action,
    provider: target.provider,
    category: target.category ?? '',
    campaign: target.campaign ?? '',
    incident: incident ?? '',
    reason,
    since: new Date(since).toISOString(),
    token: String(token),
    id,
  };
};

const payloadOf = ({ action, target, incident, reason, since, token }: ActuatorOrder) => ({
  action,
  ...target,
  incident,
  reason,
  since,
  token,
});

/** The key is the same in every try and after a restart, and another one for another order. */
const keyOf = ({ action, target, incident, token }: ActuatorOrder): string =>
  `${encodeURIComponent(incident ?? targetKey(target))}-${action}-${token}`;

const failed = (answer: Exclude<ActuatorAnswer, { kind: 'expected' }>): ActuatorOutcome => ({
  ...notTaken(answer.why, 'again' in answer && answer.again),
  ...('after' in answer && answer.after !== undefined && { after: answer.after }),
});

/** Says that all were taken, or which was the first that was not, and how many were. */
const worst = (ids: readonly string[], outcomes: readonly ActuatorOutcome[]): ActuatorOutcome => {
  const index = outcomes.findIndex(({ kind }) => kind === 'not_taken');
  const first = outcomes[index];
  if (first?.kind !== 'not_taken') return TAKEN;
  if (ids.length === 1) return first;
  const taken = outcomes.filter(({ kind }) => kind === 'taken').length;
  const again = outcomes.some((one) => one.kind === 'not_taken' && one.again);
  return { ...first, again, why: `${ids[index]} ${first.why} (${taken} of ${ids.length} taken)` };
};
