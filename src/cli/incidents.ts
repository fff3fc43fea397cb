/** `tocsin incidents [ID]` and `tocsin acknowledge ID`: what is going on, and who looks after it. */
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { Action, Incident } from '../incidents/incident.ts';
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
      const incident = (await callDaemon(url, `/v1/incidents/${encodeURIComponent(id)}`)) as Incident;
      process.stdout.write(json ? `${JSON.stringify(incident)}\n` : incidentText(incident));
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

const time = (at: number) => new Date(at).toISOString();

const listText = (incidents: readonly Incident[]): string =>
  incidents.length === 0 ? 'no incident\n' : `${incidents.map(incidentLine).join('\n')}\n`;

/** One line: name, state, since when, what. */
export const incidentLine = ({ id, status, severity, openedAt, findings }: Incident): string =>
  `${id} ${status} ${severity} since ${time(openedAt)}: ${findings.map(({ latest }) => latest.says).join('; ')}`;

const incidentText = (incident: Incident): string => {
  const { acknowledged, resolvedAt, findings, actions } = incident;
  return [
    `${incident.id}: ${incident.provider}, ${incident.status}, ${incident.severity}`,
    `since ${time(incident.openedAt)}${resolvedAt === undefined ? '' : `, over at ${time(resolvedAt)}`}`,
    acknowledged
      ? `acknowledged by ${acknowledged.by} at ${time(acknowledged.at)}`
      : 'acknowledged by nobody',
    ...findings.map(({ latest }) => `  ${latest.strength}: ${latest.says}`),
    ...(actions.length === 0 ? ['nothing was done'] : actions.map(actionText)),
    '',
  ].join('\n');
};

const actionText = (action: Action): string => {
  const { at, dryRun, by, reason, refused } = action;
  const became = refused === undefined ? (dryRun ? ' (only rehearsed)' : '') : ` (not done: ${refused})`;
  return `${time(at)} ${action.action} ${targetName(action)} by ${by}: ${reason}${became}`;
};
