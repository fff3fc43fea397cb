/**
 * Actuators: what can stop a provider besides the gate. Every key of `providers.<name>.actuators`.
 * `${NAME}` in a template is taken from the environment, `{campaign}` and the like from the order: template.ts.
 */
import { z } from 'zod';
import { lengthOf } from './length.ts';
import { requestOf } from './request.ts';
import { addressOf, secretOf, templateOf } from './template.ts';

/** The placeholders that an order fills in. */
const PLACEHOLDERS = [
  'action',
  'provider',
  'category',
  'campaign',
  'incident',
  'reason',
  /** When the pause began, RFC 3339. */
  'since',
  /** The order's fencing token. */
  'token',
  /** The provider's own id of what is stopped, from the actuator's `ids`. */
  'id',
] as const;
export type OrderValues = Readonly<Record<(typeof PLACEHOLDERS)[number], string>>;

const template = templateOf(PLACEHOLDERS);
const secret = secretOf(PLACEHOLDERS);
const category = z.enum(['marketing', 'transactional', 'otp']);
const name = z.string().min(1).max(100);
/** The address of a provider's API, without a slash at its end, since paths are put behind it. */
const base = addressOf(PLACEHOLDERS).transform((text) => text.replace(/\/+$/, ''));

/** The settings that actuators of every kind have. */
const common = {
  /** What the actuator is called in alerts; needed when one provider has two of a kind. */
  name: name.optional(),
  /** How long one try may take before it is given up. */
  timeout: lengthOf('5s'),
  /** How long all tries together may take before the order counts as failed. */
  deadline: lengthOf('30s'),
};

/** The provider's own ids of a campaign: a template, or a list for each campaign. Every id gets a request of its own. */
const ids = z.union([template, z.record(name, z.array(template).min(1).max(100))]);

const request = (method: 'GET' | 'POST') => requestOf(PLACEHOLDERS, method);

/** Any system with an HTTP API. */
export const httpActuator = z.strictObject({
  ...common,
  kind: z.literal('http'),
  /** What the actuator can stop; of a pause of anything else it says that it does nothing. */
  stops: z
    .array(z.enum(['provider', 'category', 'campaign']))
    .min(1)
    .default(['provider']),
  /** The one category that goes through it, where there is only one: a pause of that category then stops it all. */
  carries: category.optional(),
  ids: ids.optional(),
  pause: request('POST'),
  /** The request that undoes the pause; without one, what the actuator does cannot be undone. */
  resume: request('POST').optional(),
  /** The request that asks whether the pause is in effect, which it is when the answer is as expected. */
  verify: request('GET').optional(),
});

/** Suspends a subaccount, and all it does: calls too. The main account cannot be suspended, so send through another. */
const twilio = z.strictObject({
  ...common,
  kind: z.literal('twilio'),
  subaccount: template,
  carries: category.optional(),
  account: template.default(`\${TWILIO_ACCOUNT_SID}`),
  authToken: secret.default(`\${TWILIO_AUTH_TOKEN}`),
  url: base.default('https://api.twilio.com'),
});

/** Cancels messages that Twilio holds for later, for good. */
const twilioScheduled = z.strictObject({
  ...common,
  kind: z.literal('twilio-scheduled'),
  /** SIDs of the scheduled messages, by campaign. */
  ids,
  account: template.default(`\${TWILIO_ACCOUNT_SID}`),
  authToken: secret.default(`\${TWILIO_AUTH_TOKEN}`),
  url: base.default('https://api.twilio.com'),
});

/** Pauses scheduled bulks, or cancels them for good. */
const infobip = z.strictObject({
  ...common,
  kind: z.literal('infobip'),
  /** The account's own address, https://xxxxx.api.infobip.com. */
  url: base,
  /** Bulk ids, by campaign; give each bulk the campaign's name as its bulkId and this need not be set. */
  ids: ids.default('{campaign}'),
  bulks: z.enum(['pause', 'cancel']).default('pause'),
  apiKey: secret.default(`\${INFOBIP_API_KEY}`),
});

/** Cancels batches, for good. */
const sinch = z.strictObject({
  ...common,
  kind: z.literal('sinch'),
  /** Batch ids, by campaign. */
  ids,
  servicePlan: template.default(`\${SINCH_SERVICE_PLAN_ID}`),
  apiToken: secret.default(`\${SINCH_API_TOKEN}`),
  /** The API's address, which differs by region. */
  url: base.default('https://us.sms.api.sinch.com'),
});

/** Suspends a subaccount. */
const vonage = z.strictObject({
  ...common,
  kind: z.literal('vonage'),
  subaccount: template,
  carries: category.optional(),
  apiKey: template.default(`\${VONAGE_API_KEY}`),
  apiSecret: secret.default(`\${VONAGE_API_SECRET}`),
  url: base.default('https://api.nexmo.com'),
});

const actuator = z.discriminatedUnion('kind', [
  httpActuator,
  twilio,
  twilioScheduled,
  infobip,
  sinch,
  vonage,
]);

/** The actuators of one provider, which are all tried side by side. */
export const actuators = z
  .array(actuator)
  .default([])
  .superRefine((all, context) => {
    all.forEach((one, index) => {
      const called = nameOf(one);
      if (all.findIndex((other) => nameOf(other) === called) === index) return;
      const message = `two actuators are called ${called}: give one a name`;
      context.addIssue({ code: 'custom', path: [index, 'name'], message });
    });
  });

export type ActuatorConfig = z.output<typeof actuator>;
export type HttpSettings = z.output<typeof httpActuator>;

/** The name people know an actuator by: its own, else its kind. */
export const nameOf = ({ name, kind }: Pick<ActuatorConfig, 'name' | 'kind'>): string => name ?? kind;
