/** `tocsin token new NAME`: a token of a person's own. It is shown once; only its hash is kept. */
import { type Command, Option } from 'commander';
import { newToken, ROLES, type Role } from '../config/tokens.ts';
import { newCommand } from './exit.ts';

export const tokenCommand = (command: Command): Command =>
  command.addCommand(
    newCommand('new', 'make a token: it is shown once, with the line that lets it in')
      .argument('<name>', 'whose it is: the journal says it of every order')
      .addOption(
        new Option('--role <role>', 'look only, or give orders').choices(ROLES).makeOptionMandatory(),
      )
      .option('--json', 'print it as JSON')
      .exitOverride()
      .action((name: string, { role, json }: { role: Role; json?: boolean }) => {
        const { token, line } = newToken(name, role);
        process.stdout.write(
          json
            ? `${JSON.stringify({ name, role, token, line })}\n`
            : `${token}\n\nGive it to ${name}; it is not shown again. Into live.tokensFile or TOCSIN_TOKENS, then restart:\n${line}\n`,
        );
      }),
  );
