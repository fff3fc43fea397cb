/** `tocsin policy explain INCIDENT`: which rule of the table led to what, or what is missing for one to hold. */
import type { Command } from 'commander';
import { readAction, type StoredAction } from '../incidents/stored.ts';
import { type Explanation, explanationText } from '../respond/explain.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { newCommand } from './exit.ts';

/** The daemon may be of another version than this command. */
type StoredExplanation = Omit<Explanation, 'actions'> & { readonly actions: readonly StoredAction[] };

export const policyCommand = (command: Command): Command =>
  command.addCommand(
    newCommand('explain', "hold an incident against the policy's table, rule by rule")
      .argument('<incident>', 'its name, as Slack, the live view and `tocsin status` give it')
      .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
      .option('--json', 'print the explanation as JSON')
      .exitOverride()
      .action(async (incident: string, options: { url: string; json?: boolean }) => {
        const path = `/v1/incidents/${encodeURIComponent(incident)}/policy`;
        const answer = (await callDaemon(options.url, path)) as StoredExplanation;
        const explanation: Explanation = { ...answer, actions: answer.actions.map(readAction) };
        process.stdout.write(options.json ? `${JSON.stringify(answer)}\n` : explanationText(explanation));
      }),
  );
