/** Where a request comes from, behind proxies that are known too. In: its socket and headers. Out: an address. */
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Tells the nearest address of a request's way that is none of `proxies`, our own, as addresses or networks. */
export const createAddressOf = (proxies: readonly string[]) => {
  const known = new BlockList();
  for (const proxy of proxies) {
    const [network = '', length] = proxy.split('/');
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    if (length === undefined) known.addAddress(network, family);
    else known.addSubnet(network, Number(length), family);
  }
  const isProxy = (address: string) =>
    isIP(address) > 0 && known.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return (remote: string | undefined, headers: IncomingHttpHeaders): string => {
    const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
    const told = forwarded.map((address) => address.trim()).filter((address) => isIP(address) > 0);
    const way = [...told, plain(remote ?? '')];
    // From the nearest on: what stands before an address that we do not know, anybody can have written.
    return way.findLast((address, index) => index === 0 || !isProxy(address)) ?? '';
  };
};

/** An address as it is written: an IPv4 address that came in by IPv6 is that address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');
