/** Does an alert reach people? One message straight to each channel, past the outbox, that says it is a drill. */
import type { Ms } from '../../events/event.ts';
import { rfc3339 } from '../../events/time.ts';
import type { Channel } from '../../notify/channels/channels.ts';
import { SendError, type SendProblem } from '../../notify/channels/sender.ts';
import type { OutboxEntry } from '../../notify/outbox/outbox.ts';
import { failed, type StepOutcome } from './step.ts';

/** Sends one message to a channel; what the channel says is the outcome. */
export const tryChannel = async (
  { send }: Channel,
  drill: { readonly provider: string; readonly by: string; readonly now: Ms },
): Promise<StepOutcome> => {
  try {
    await send.deliver(entryOf(drill));
    return { state: 'ok', says: 'took the message' };
  } catch (error) {
    if (error instanceof SendError) return refusal(error.problem);
    throw error;
  }
};

/** The drill's message, about something that is over as soon as it began, so that nobody is paged for it. */
const entryOf = ({ provider, by, now }: { provider: string; by: string; now: Ms }): OutboxEntry => ({
  incident: `drill-${provider}-${rfc3339(now)}`,
  kind: 'card',
  severity: 'warning',
  text: `DRILL ${provider}: nothing is wrong, nothing is to be done. ${by} tries whether alerts arrive here.`,
  about: { provider, since: now, until: now },
  seq: 0,
  waited: 0,
});

const refusal = (problem: SendProblem): StepOutcome => {
  switch (problem.kind) {
    case 'rate_limited':
      return failed('it limits our rate', `try again in ${problem.retryAfter} s`);
    case 'unreachable':
      return failed(`it cannot be reached (${problem.why})`, 'check its address, the network and a proxy');
    case 'refused':
      return failed(`it refuses alerts (${problem.code})`, problem.todo);
    case 'unfit':
      return failed(`it does not take this message (${problem.code})`, 'see what it says of this code');
  }
};
