/**
 * Actions and incidents as they are kept, and as another instance hands them on. In: what was parsed, by this version
 * or by one that knew an action's state by its sentence alone. Out: actions whose state is data; and back, so that an
 * older instance still reads what this one writes. Nothing else in tocsin knows the old sentences. Pure.
 */
import {
  type Action,
  asDone,
  asOrdered,
  asRefused,
  type Intent,
  REFUSAL_CODES,
  type Refusal,
  type RefusalCode,
} from './action.ts';
import type { ChangeCause, Incident, IncidentChange, Verdict } from './incident.ts';

/** An action as any version wrote it. */
export type StoredAction = Intent & {
  readonly state?: Action['state'];
  readonly code?: string;
  readonly detail?: string;
  readonly refused?: string;
};

type StoredChange = Omit<IncidentChange, 'cause' | 'incident'> & {
  readonly cause?: ChangeCause;
  readonly incident: StoredIncident;
};

/** An incident as any version wrote it. */
export type StoredIncident = Omit<Incident, 'actions' | 'pending'> & {
  readonly actions: readonly StoredAction[];
  readonly pending?: readonly StoredChange[];
};

/** Older instances steer by these words: what is stored keeps them, whatever people read today. */
const UNDER_WAY = 'under way: what became of it follows';
const FOUND_SO: Partial<Record<RefusalCode, string>> = {
  already_paused: 'already paused',
  not_paused: 'not paused',
};

/** The sentences of before states were data; what a sentence names is captured, and becomes the detail. */
const SENTENCES: ReadonlyArray<readonly [sentence: RegExp, code: RefusalCode, detail?: string]> = [
  [/^already paused$/, 'already_paused'],
  [/^not paused$/, 'not_paused'],
  [/^hands off$/, 'hands_off'],
  [/^hands off: tocsin does nothing by itself until a person ends that$/, 'hands_off'],
  [/^hands off: (.*)$/s, 'hands_off'],
  [/^the provider is protected/, 'protected'],
  [/^campaign (.*) is protected: only a person may pause it$/s, 'protected'],
  [/^too little to act on: /, 'too_little'],
  [/^too old to act on: /, 'too_old'],
  [/^tocsin does not see all: part of the stream is more than /, 'not_seeing_all', 'behind'],
  [/^tocsin does not see all: (.*)$/s, 'not_seeing_all'],
  [/^tocsin has watched for less than /, 'settling'],
  [/^instances run by different configurations: /, 'changing'],
  [/^(.*) looks as bad at the same time: /s, 'not_alone'],
  [/^nobody else is left who can carry (\w+) messages: (.*) is left to people$/s, 'last_carrier'],
  [/^no more than \d+ pauses an hour: /, 'too_many_pauses'],
  [/^the gate does not answer: /, 'gate_away'],
  [/^it could not be written down first$/, 'not_written'],
  [/^fenced$/, 'fenced'],
  [/^a newer order has been given$/, 'fenced'],
  [/^it was cut short; give it again$/, 'cut_short'],
  [/^the gate is set, but (.*?): not taken /s, 'actuator_failed'],
];

/**
 * Words and state agree in what this version wrote. An older one copies a state that it does not know, and changes the
 * words: where they say something else, they are right.
 */
export const readAction = ({ state, code, detail, refused, ...intent }: StoredAction): Action => {
  if (refused === undefined) return asDone(intent);
  if (refused === UNDER_WAY) return asOrdered(intent);
  const known = state === 'refused' ? REFUSAL_CODES.find((one) => one === code) : undefined;
  return asRefused(intent, known ? { code: known, detail, says: refused } : refusalIn(refused));
};

export const storedAction = (action: Action): StoredAction => {
  const words = action.state === 'ordered' ? UNDER_WAY : FOUND_SO[action.code ?? 'other'];
  return words === undefined ? action : { ...action, refused: words };
};

export const readIncident = ({ actions, pending, verdict, ...incident }: StoredIncident): Incident => ({
  ...incident,
  actions: actions.map(readAction),
  ...(verdict ? { verdict: readVerdict(verdict) } : {}),
  ...(pending ? { pending: pending.map(readChange) } : {}),
});

export const storedIncident = ({ actions, pending, ...incident }: Incident): StoredIncident => ({
  ...incident,
  actions: actions.map(storedAction),
  ...(pending
    ? { pending: pending.map((change) => ({ ...change, incident: storedIncident(change.incident) })) }
    : {}),
});

const refusalIn = (says: string): Refusal => {
  for (const [sentence, code, detail] of SENTENCES) {
    const [whole, ...named] = sentence.exec(says) ?? [];
    if (whole === undefined) continue;
    return { code, says, ...(named.length > 0 ? { detail: named.join(': ') } : { detail }) };
  }
  return { code: 'other', detail: says, says };
};

/** How many messages a pause let through stood in its sentence alone. */
const readVerdict = (verdict: Verdict): Verdict => {
  const count = /^the pause does NOT bite: (\d+) messages of /.exec(verdict.says)?.[1];
  return verdict.count !== undefined || count === undefined ? verdict : { ...verdict, count: Number(count) };
};

const readChange = (change: StoredChange): IncidentChange => ({
  ...change,
  cause: change.cause ?? causeOf(change),
  incident: readIncident(change.incident),
});

/** What a change was about stood in its sentence alone, as far as its kind does not tell. */
const causeOf = ({ kind, says, incident }: StoredChange): ChangeCause => {
  switch (kind) {
    case 'acknowledged':
      return 'person';
    case 'paused':
    case 'resumed':
      return 'action';
    case 'mitigated':
      return 'verdict';
    case 'escalated':
      return incident.verdict?.says === says ? 'verdict' : 'findings';
    case 'related':
      return 'related';
    case 'resolved':
      return 'quiet';
    case 'updated':
      return says.startsWith('Acknowledged by ') ? 'person' : causeOfUpdate(says, incident.actions.at(-1));
    default:
      return 'findings';
  }
};

const causeOfUpdate = (says: string, last: StoredAction | undefined): ChangeCause => {
  const isToTell = last?.dryRun || last?.action === 'change';
  const why = last?.refused ?? (isToTell ? last?.reason : undefined);
  return why !== undefined && says.includes(why) ? 'action' : 'findings';
};
