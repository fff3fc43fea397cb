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
    // One after the other: of two timers the later may fire first, and a stream out of order is another stream.
    const late: Array<{ readonly chunk: Buffer; readonly due: number }> = [];
    const forward = (): void => {
      for (let [first] = late; first; [first] = late) {
        const left = first.due - performance.now();
        if (left > 0) return void setTimeout(forward, Math.ceil(left));
        late.shift();
        if (to.writable) to.write(first.chunk);
      }
    };
    from.on('data', (chunk: Buffer) => {
      if (mood === 'hole') return;
      late.push({ chunk, due: performance.now() + (typeof mood === 'number' ? mood : 0) });
      if (late.length === 1) forward();
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
