/** `tocsin policy explain INCIDENT`: which rule of the table led to what, or what is missing for one to hold. */
import type { Command } from 'commander';
import { type Explanation, explanationText } from '../respond/explain.ts';
import { callDaemon, DEFAULT_URL } from './api.ts';
import { newCommand } from './exit.ts';

export const policyCommand = (command: Command): Command =>
  command.addCommand(
    newCommand('explain', "hold an incident against the policy's table, rule by rule")
      .argument('<incident>', 'its name, as Slack, the live view and `tocsin status` give it')
      .option('--url <url>', 'where the daemon listens', DEFAULT_URL)
      .option('--json', 'print the explanation as JSON')
      .exitOverride()
      .action(async (incident: string, options: { url: string; json?: boolean }) => {
        const path = `/v1/incidents/${encodeURIComponent(incident)}/policy`;
        const explanation = (await callDaemon(options.url, path)) as Explanation;
        process.stdout.write(
          options.json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation),
        );
      }),
  );
