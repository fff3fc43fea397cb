/** `tocsin incidents [ID]` and `tocsin acknowledge ID`: what is going on, and who looks after it. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { rfc3339 } from '../events/time.ts';
import type { Action, Incident } from '../incidents/incident.ts';
import { readIncident, type StoredIncident } from '../incidents/stored.ts';
import { targetName } from '../respond/target.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';

interface IncidentsOptions {
  url: string;
  json?: boolean;
}

export const incidentsCommand = (command: Command): Command =>
  command
    .argument('[incident]', 'its name')
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--json', 'print JSON')
    .action(async (id: string | undefined, { url, json }: IncidentsOptions) => {
      if (id === undefined) {
        const { incidents } = (await callDaemon(url, '/v1/incidents')) as { incidents: Incident[] };
        process.stdout.write(json ? `${JSON.stringify(incidents)}\n` : listText(incidents));
        return;
      }
      const answer = await callDaemon(url, `/v1/incidents/${encodeURIComponent(id)}`);
      const text = json
        ? `${JSON.stringify(answer)}\n`
        : incidentText(readIncident(answer as StoredIncident));
      process.stdout.write(text);
    });

export const acknowledgeCommand = (command: Command): Command =>
  command
    .argument('<incident>', 'its name, as Slack, the live view and `tocsin incidents` give it')
    .option('--by <name>', 'who, for the record', userInfo().username)
    .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
    .option('--json', 'print the outcome as JSON')
    .action(async (incident: string, { by, url, json }: IncidentsOptions & { by: string }) => {
      const path = `/v1/incidents/${encodeURIComponent(incident)}/acknowledge`;
      const answer = (await callDaemon(url, path, { by })) as { by: string };
      const outcome = { incident, action: 'acknowledge', by: answer.by };
      process.stdout.write(
        json ? `${JSON.stringify(outcome)}\n` : `${incident}: acknowledged by ${answer.by}\n`,
      );
    });

const listText = (incidents: readonly Incident[]): string =>
  incidents.length === 0 ? 'no incident\n' : `${incidents.map(incidentLine).join('\n')}\n`;

/** An incident in one line: its name, its state, since when it is open, and what was found. */
export const incidentLine = ({ id, status, severity, openedAt, findings }: Incident): string =>
  `${id} ${status} ${severity} since ${rfc3339(openedAt)}: ${findings.map(({ latest }) => latest.says).join('; ')}`;

const incidentText = (incident: Incident): string => {
  const { acknowledged, resolvedAt, findings, actions } = incident;
  return [
    `${incident.id}: ${incident.provider}, ${incident.status}, ${incident.severity}`,
    `since ${rfc3339(incident.openedAt)}${resolvedAt === undefined ? '' : `, over at ${rfc3339(resolvedAt)}`}`,
    acknowledged
      ? `acknowledged by ${acknowledged.by} at ${rfc3339(acknowledged.at)}`
      : 'acknowledged by nobody',
    ...findings.map(({ latest }) => `  ${latest.strength}: ${latest.says}`),
    ...(actions.length === 0 ? ['nothing was done'] : actions.map(actionText)),
    '',
  ].join('\n');
};

const actionText = (action: Action): string => {
  const { at, by, reason } = action;
  return `${rfc3339(at)} ${action.action} ${targetName(action)} by ${by}: ${reason}${becameText(action)}`;
};

const becameText = ({ state, refused }: Action): string => {
  if (state === 'done') return '';
  return state === 'rehearsed' ? ' (only rehearsed)' : ` (not done: ${refused})`;
};
