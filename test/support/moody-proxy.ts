/** A proxy on a port of its own, in front of any server: the network between the two, and its moods. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * well: bytes pass. cut: connections break, new ones too. hole: connections stand, and nothing comes through.
 * A number: what passes is late by so many ms.
 */
export type Mood = 'well' | 'cut' | 'hole' | number;

export interface MoodyProxy {
  readonly port: number;
  /** Of connections that stand as well as of new ones. What fell into a hole is never heard: its connections break when it is over. */
  set(mood: Mood): void;
  stop(): Promise<void>;
}

/** `port`: of the server on this machine. `own`: where to listen, when others must know it before. */
export const startMoodyProxy = async (port: number, own = 0): Promise<MoodyProxy> => {
  let mood: Mood = 'well';
  const ends = new Set<() => void>();

  const pass = (from: Socket, to: Socket): void => {
    // Once late, what follows must not overtake it.
    let due = 0;
    from.on('data', (chunk) => {
      if (mood === 'hole') return;
      const now = performance.now();
      due = Math.max(due, now + (typeof mood === 'number' ? mood : 0));
      if (due <= now) to.write(chunk);
      else setTimeout(() => to.writable && to.write(chunk), due - now);
    });
  };

  const server = createServer((client) => {
    if (mood === 'cut') return void client.destroy();
    const behind = connect(port, '127.0.0.1');
    const end = () => {
      client.destroy();
      behind.destroy();
      ends.delete(end);
    };
    ends.add(end);
    for (const socket of [client, behind]) socket.setNoDelay().on('error', end).on('close', end);
    pass(client, behind);
    pass(behind, client);
  }).listen(own, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = () => {
    for (const end of [...ends]) end();
  };

  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : own,
    set: (next) => {
      const wasHole = mood === 'hole' && next !== 'hole';
      mood = next;
      if (wasHole || next === 'cut') breakAll();
    },
    stop: async () => {
      server.close();
      breakAll();
      await once(server, 'close');
    },
  };
};
