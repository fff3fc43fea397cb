/**
 * Presets: what real providers' APIs offer to stop their own sending, as settings of the HTTP actuator.
 * In: a preset's few settings. Out: the requests, what answer means done, the undo, the way to ask. Pure.
 */
import { type ActuatorConfig, type HttpSettings, httpActuator, nameOf } from '../../config/actuators.ts';

type Of<Kind extends ActuatorConfig['kind']> = Extract<ActuatorConfig, { kind: Kind }>;

export const settingsOf = (config: ActuatorConfig): HttpSettings => {
  if (config.kind === 'http') return config;
  const { timeout, deadline } = config;
  const made = httpActuator.parse({ ...requestsOf(config), kind: 'http', name: nameOf(config) });
  return { ...made, timeout, deadline };
};

const requestsOf = (config: Exclude<ActuatorConfig, { kind: 'http' }>): object => {
  switch (config.kind) {
    case 'twilio':
      return twilio(config);
    case 'twilio-scheduled':
      return twilioScheduled(config);
    case 'infobip':
      return infobip(config);
    case 'sinch':
      return sinch(config);
    case 'vonage':
      return vonage(config);
  }
};

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * https://www.twilio.com/docs/iam/api/subaccounts: with the main account's credentials, Status is set to suspended, and
 * back to active. A suspended subaccount sends and receives nothing, calls in progress go on, its queue fails (error
 * 30002) and is not sent later. The main account cannot be suspended.
 */
const twilio = ({ subaccount, account, authToken, url, carries }: Of<'twilio'>) => {
  const auth = { user: account, password: authToken };
  const address = `${url}/2010-04-01/Accounts/${subaccount}.json`;
  const setting = (status: string) => ({
    url: address,
    headers: FORM,
    auth,
    body: `Status=${status}`,
    expect: { json: { status } },
  });
  return {
    stops: ['provider'],
    carries,
    pause: setting('suspended'),
    resume: setting('active'),
    verify: { url: address, auth, expect: { json: { status: ['suspended', 'closed'] } } },
  };
};

/**
 * https://www.twilio.com/docs/messaging/features/message-scheduling: a scheduled message is canceled by setting its
 * Status; one that is no longer scheduled cannot be (error 30409). No undo. Messages sent at once are not held anywhere.
 */
const twilioScheduled = ({ ids, account, authToken, url }: Of<'twilio-scheduled'>) => {
  const auth = { user: account, password: authToken };
  const address = `${url}/2010-04-01/Accounts/${account}/Messages/{id}.json`;
  const expect = { json: { status: 'canceled' } };
  return {
    stops: ['campaign'],
    ids,
    pause: { url: address, headers: FORM, auth, body: 'Status=canceled', expect },
    verify: { url: address, auth, expect },
  };
};

/**
 * https://www.infobip.com/docs/api/channels/sms/update-scheduled-sms-messages-status: a bulk's status is set by its
 * bulkId, for scheduled bulks only: PAUSED and back to PROCESSING, or CANCELED. There is no stop for the account, and
 * what was not scheduled cannot be held. One that has FINISHED sends no more.
 */
const infobip = ({ url, ids, bulks, apiKey }: Of<'infobip'>) => {
  const headers = { authorization: `App ${apiKey}`, accept: 'application/json' };
  const address = `${url}/sms/1/bulks/status?bulkId={id}`;
  const setting = (status: string) => ({
    url: address,
    method: 'PUT',
    headers,
    body: JSON.stringify({ status }),
    expect: { json: { status } },
  });
  const still = ['CANCELED', 'FINISHED', 'FAILED'];
  return {
    stops: ['campaign'],
    ids,
    pause: setting(bulks === 'pause' ? 'PAUSED' : 'CANCELED'),
    ...(bulks === 'pause' && { resume: setting('PROCESSING') }),
    verify: {
      url: address,
      headers,
      expect: { json: { status: bulks === 'pause' ? ['PAUSED', ...still] : still } },
    },
  };
};

/**
 * https://developers.sinch.com/docs/sms/api-reference/sms/batches: a batch can be canceled at any point; what is being
 * delivered may still arrive. No undo, and no stop for the service plan.
 */
const sinch = ({ ids, servicePlan, apiToken, url }: Of<'sinch'>) => {
  const headers = { authorization: `Bearer ${apiToken}` };
  const address = `${url}/xms/v1/${servicePlan}/batches/{id}`;
  const expect = { json: { canceled: true } };
  return {
    stops: ['campaign'],
    ids,
    pause: { url: address, method: 'DELETE', headers, expect },
    verify: { url: address, headers, expect },
  };
};

/** https://developer.vonage.com/en/api/subaccounts: with the primary account's credentials, suspended is set and unset. */
const vonage = ({ subaccount, apiKey, apiSecret, url, carries }: Of<'vonage'>) => {
  const auth = { user: apiKey, password: apiSecret };
  const address = `${url}/accounts/${apiKey}/subaccounts/${subaccount}`;
  const setting = (suspended: boolean) => ({
    url: address,
    method: 'PATCH',
    auth,
    body: JSON.stringify({ suspended }),
    expect: { json: { suspended } },
  });
  return {
    stops: ['provider'],
    carries,
    pause: setting(true),
    resume: setting(false),
    verify: { url: address, auth, expect: { json: { suspended: true } } },
  };
};
