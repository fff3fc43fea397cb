/**
 * A real Redis Cluster of three masters, each with a third of the slots. `fronts`: ports of this machine with a proxy
 * on each, where the nodes send their clients; `ports`: of the nodes, which the proxies must know before.
 */
import { Cluster, Redis } from 'ioredis';
import { freePorts } from './process.ts';
import { type RedisServer, startRedis } from './redis-server.ts';
import { until } from './until.ts';

const SLOTS = 16_384;
const MASTERS = 3;

export const startRedisCluster = async ({
  ports = [],
  fronts = [],
  appendOnly = false,
  args: more = [],
}: {
  ports?: readonly number[];
  fronts?: readonly number[];
  appendOnly?: boolean;
  args?: readonly string[];
} = {}) => {
  const buses = await freePorts(MASTERS);
  const servers = await Promise.all(
    buses.map((bus, index) => {
      const front = fronts[index];
      const announced = front === undefined ? [] : ['--cluster-announce-port', `${front}`];
      const args = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, ...announced, ...more];
      return startRedis({ args, appendOnly, ...(ports[index] ? { port: ports[index] } : {}) });
    }),
  );
  const nodes = servers.map(({ url }) => new Redis(url));
  const third = Math.ceil(SLOTS / MASTERS);
  await Promise.all(
    nodes.map(async (node, index) => {
      const [first, last] = [index * third, Math.min(SLOTS, (index + 1) * third) - 1];
      await node.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
      await node.call('CLUSTER', 'MEET', '127.0.0.1', servers[0]?.port ?? 0, buses[0] ?? 0);
    }),
  );
  const agrees = async (node: Redis) =>
    String(await node.call('CLUSTER', 'INFO')).includes('cluster_state:ok');
  await until(async () => (await Promise.all(nodes.map(agrees))).every(Boolean), { within: 90_000 });
  for (const node of nodes) node.disconnect();

  /** A server that takes over from the master on this port when that dies; it has everything when it is answered. */
  const addReplica = async (master: number): Promise<RedisServer> => {
    const [bus = 0] = await freePorts(1);
    const args = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, ...more];
    const server = await startRedis({ args });
    const [one, other] = [new Redis(server.url), new Redis(master)];
    const id = String(await other.call('CLUSTER', 'MYID'));
    await one.call(
      'CLUSTER',
      'MEET',
      '127.0.0.1',
      master,
      buses[servers.findIndex(({ port }) => port === master)] ?? 0,
    );
    // It may only follow whom it has heard of.
    await until(() => one.call('CLUSTER', 'REPLICATE', id).then(Boolean, () => false), { within: 30_000 });
    await until(async () => (await one.info('replication')).includes('master_link_status:up'), {
      within: 30_000,
    });
    one.disconnect();
    other.disconnect();
    return server;
  };

  const client = new Cluster(servers.map(({ port }) => ({ host: '127.0.0.1', port })));
  return {
    client,
    servers,
    addReplica,
    stop: async () => {
      client.disconnect();
      await Promise.all(servers.map(({ stop }) => stop()));
    },
  };
};
