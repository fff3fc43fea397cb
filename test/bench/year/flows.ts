/**
 * Ordinary traffic of two providers: reminders and birthday wishes through alpha, confirmations and codes through
 * beta. Its rhythm is that of src/simulate/flows.ts; its level differs from day to day, and wanders within the day.
 */
import { FLOWS, type Flow } from '../../../src/simulate/flows.ts';
import type { Random } from '../../../src/simulate/random.ts';
import type { Calendar } from './calendar.ts';
import type { Channel, Mail } from './mail.ts';
import { poisson } from './poisson.ts';

/** Makes it 1 to 3 messages a second through each provider at the busiest hour. */
const SCALE = 1.6;
/** Monday to Sunday, as the simulator has it; holidays are like Sundays. */
const WEEK = [0.7, 1, 1, 1, 1.15, 1.3, 0.25] as const;
const HOLIDAY = WEEK[6];
const YEAR = 365 * 86_400_000;
/** alpha has twice the messages after a year. */
const GROWING = 'alpha';
/** Local hours of wishes, on workdays. */
const WISHES_FROM = 9;
const WISHES_TO = 19.5;
const DAY_TO_DAY = 0.08;
const WANDER = 0.06;
/** Minutes until the level has forgotten e - 1 parts of e of where it was. */
const WANDER_MINUTES = 40;
/** Seconds over which the messages of one handful go out: by a machine at once, or by a salon one by one. */
const QUICKEST = 0.04;
const SLOWEST = 2;

/** Sends the ordinary traffic of one minute (epoch seconds); called for each in order. */
export const createFlows = (
  parts: { calendar: Calendar; mail: Mail; random: Random },
  start: number,
): ((minute: number) => void) => {
  const { calendar, mail, random } = parts;
  const levels = new Map(
    ['alpha', 'beta'].map((provider) => [provider, createLevel(random.fork(`level ${provider}`))]),
  );
  const sources = FLOWS.map((flow) => ({
    flow,
    random: random.fork(flow.name),
    channel: mail.channel({ ...flow, campaign: flow.category === 'marketing' ? flow.name : undefined }),
  }));

  return (minute) => {
    const at = minute * 1000;
    const common = new Map<string, number>();
    for (const [provider, level] of levels) {
      const grown = provider === GROWING ? 2 ** ((at - start) / YEAR) : 1;
      common.set(provider, level(calendar.paris.day(at)) * grown * calendar.season(at));
    }
    for (const { flow, random: chance, channel } of sources) {
      const rate = usual(flow, calendar, at) * (common.get(flow.provider) ?? 1);
      sendMinute(mail, channel, { minute, rate, handful: flow.handful, random: chance });
    }
  };
};

/** Messages a second at this hour of this day, before the level of the day and the season. */
const usual = (flow: Flow, calendar: Calendar, at: number): number => {
  const { paris } = calendar;
  const hour = paris.hour(at);
  const workday = paris.isWorkday(at);
  if (flow.category === 'marketing' && (!workday || hour < WISHES_FROM || hour >= WISHES_TO)) return 0;
  const weekday = workday ? (WEEK[paris.weekday(at)] ?? 1) : HOLIDAY;
  const monthEnd = flow.provider === 'beta' && flow.category === 'transactional' ? calendar.monthEnd(at) : 1;
  return SCALE * flow.peak * weekday * share(flow.hours, hour) * monthEnd;
};

/** Between two full hours, a straight line. */
const share = (hours: readonly number[], hour: number): number => {
  const before = Math.floor(hour);
  const part = hour - before;
  return (hours[before % 24] ?? 0) * (1 - part) + (hours[(before + 1) % 24] ?? 0) * part;
};

/** A factor around 1, asked for once a minute: one part for each day, one that wanders. */
const createLevel = (random: Random): ((day: number) => number) => {
  const kept = Math.exp(-1 / WANDER_MINUTES);
  const step = WANDER * Math.sqrt(1 - kept * kept);
  let today = Number.NaN;
  let ofDay = 0;
  let wander = WANDER * random.normal();
  return (day) => {
    if (day !== today) {
      today = day;
      ofDay = DAY_TO_DAY * random.normal();
    }
    wander = kept * wander + step * random.normal();
    return Math.exp(ofDay + wander);
  };
};

const sendMinute = (
  mail: Mail,
  channel: Channel,
  of: { minute: number; rate: number; handful: number; random: Random },
): void => {
  const { minute, rate, handful, random } = of;
  const handfuls = poisson((rate * 60) / ((1 + handful) / 2), random);
  for (let i = 0; i < handfuls; i++) {
    const begin = minute + 60 * random.unit();
    const messages = 1 + random.below(handful);
    mail.order(channel, begin);
    if (messages === 1) continue;
    const lasting = QUICKEST * (SLOWEST / QUICKEST) ** random.unit();
    for (let j = 1; j < messages; j++) mail.order(channel, begin + lasting * random.unit());
  }
};
