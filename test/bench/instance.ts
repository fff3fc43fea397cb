/** One daemon in a process of its own, by the configuration it is given; every message it answers with what it has done. */
import { pino } from 'pino';
import { configSchema } from '../../src/config/schema.ts';
import { startDaemon } from '../../src/daemon/daemon.ts';
import { ms } from '../../src/events/event.ts';

const daemon = await startDaemon({
  config: configSchema.parse(JSON.parse(process.argv[2] ?? '{}')),
  secrets: { hmacKey: 'a key for the bench' },
  log: pino({ level: 'fatal' }),
  clock: () => ms(Date.now()),
  env: {},
});
const answer = () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ counted: daemon.counted(), cpu: user + system });
};
process.on('message', answer);
process.on('disconnect', () => void daemon.stop().then(() => process.exit(0)));
answer();
