/**
 * Our DHCP server as a program, for a network namespace of its own: reads one JSON configuration from its argument,
 * serves until it is killed and prints one JSON line for each event.
 */
import { createServer } from 'node:http';
import { createAddressProbe } from '#engine/net/dhcp/address-probe.ts';
import { arpEtherType } from '#engine/net/dhcp/arp-packet.ts';
import { createMemoryLeaseStore } from '#engine/net/dhcp/lease-store.ts';
import type { DhcpNetwork } from '#engine/net/dhcp/network.ts';
import type { DhcpBootFile, DhcpPolicy } from '#engine/net/dhcp/policy.ts';
import { startDhcpServer } from '#engine/net/dhcp/server.ts';
import { routerSolicitationType } from '#engine/net/router-advertisement/packet.ts';
import { createRouterAdvertisementResponder } from '#engine/net/router-advertisement/responder.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import { openIcmpv6Socket } from '#engine/system/icmpv6-socket.ts';
import { openLinkSocket } from '#engine/system/link-socket.ts';
import type { SocketResult } from '#engine/system/native-socket.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

export interface ServedInterface {
  readonly interfaceName: string;
  readonly serverAddress: Ipv4;
  readonly direct: DhcpNetwork;
  readonly relayed?: readonly DhcpNetwork[];
  /** Nobody else is answered. */
  readonly machines: Readonly<Record<Mac, ServedMachine>>;
  readonly probesAddresses?: boolean;
  readonly answersRouterSolicitations?: boolean;
  /** Serves every GET with this text and reports it. */
  readonly http?: { readonly port: number; readonly body: string };
}

interface ServedMachine {
  readonly reservedAddress?: Ipv4;
  readonly bootFile?: DhcpBootFile;
  readonly hostName?: string;
}

/** `on` is the interface; `at` seconds since the process began. */
function report(on: string, event: object): void {
  process.stdout.write(`${JSON.stringify({ on, at: performance.now() / 1000, ...event })}\n`);
}

export function orFail<T>(result: SocketResult<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.socket;
}

async function serve(served: ServedInterface): Promise<void> {
  const { interfaceName } = served;
  const policy: DhcpPolicy = client => {
    const machine = served.machines[client.mac];
    return machine === undefined ? { answer: false, reason: 'not enrolled' } : { answer: true, ...machine };
  };
  const probe = served.probesAddresses === true ? await openProbe(interfaceName) : undefined;
  startDhcpServer({
    socket: orFail(await openBoundUdpSocket({ interfaceName, port: 67 })),
    settings: {
      mode: 'full',
      serverAddress: served.serverAddress,
      networks: { direct: served.direct, relayed: served.relayed ?? [] },
    },
    policy,
    leases: createMemoryLeaseStore(),
    observe: event => report(interfaceName, event),
    now: Date.now,
    replyTo: 'rfc2131',
    ...(probe === undefined ? {} : { probe }),
  });
  if (served.answersRouterSolicitations === true) await answerRouterSolicitations(interfaceName);
  if (served.http !== undefined) await serveHttp(interfaceName, served.serverAddress, served.http);
}

async function openProbe(interfaceName: string) {
  const onError = (error: Error) => report(interfaceName, { kind: 'link_failed', message: error.message });
  const link = orFail(
    await openLinkSocket({
      interfaceName,
      etherType: arpEtherType,
      onFrame: payload => probe.onFrame(payload),
      onError,
    }),
  );
  const probe = createAddressProbe(link, 400);
  return async (address: Ipv4, client: Mac) => (await probe.holderOf(address, [client])) !== undefined;
}

async function answerRouterSolicitations(interfaceName: string): Promise<void> {
  const onError = (error: Error) => report(interfaceName, { kind: 'ra_failed', message: error.message });
  const socket = orFail(
    await openIcmpv6Socket({
      interfaceName,
      type: routerSolicitationType,
      onDatagram: datagram => respond(datagram),
      onError,
    }),
  );
  const respond = createRouterAdvertisementResponder(socket, event =>
    report(interfaceName, { ...event, kind: `ra_${event.kind}` }),
  );
}

function serveHttp(
  interfaceName: string,
  host: Ipv4,
  http: NonNullable<ServedInterface['http']>,
): Promise<void> {
  const server = createServer((request, response) => {
    report(interfaceName, { kind: 'http', path: request.url, from: request.socket.remoteAddress });
    response.end(http.body);
  });
  return new Promise(resolve => {
    server.listen(http.port, host, resolve);
  });
}

const [, script, configuration] = process.argv;
if (script === import.meta.filename && configuration !== undefined) {
  for (const served of JSON.parse(configuration) as ServedInterface[]) await serve(served);
  report('all', { kind: 'ready' });
}
