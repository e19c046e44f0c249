/** Our server and the real clients, as programs on a stage. */
import type { Ipv4 } from '#shared/model/ip.ts';
import { parseCidr, parseIpv4 } from '#shared/model/ip.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import { repositoryRoot } from '#test/lab/program.ts';
import type { ServedInterface } from './server-process.ts';
import type { RunningProgram, Stage } from './stage.ts';

/** One printed event; only what the tests look at. */
interface PrintedEvent {
  readonly on: string;
  readonly at: number;
  readonly kind: string;
  readonly message?: string;
  readonly address?: string;
  readonly reason?: string;
  readonly detail?: string;
  readonly foundBy?: string;
  readonly networkId?: string;
  readonly path?: string;
  readonly client?: {
    readonly mac: string;
    readonly messageType: string;
    readonly relay?: { address: string };
  };
}

export interface OurServer {
  readonly events: () => PrintedEvent[];
  readonly until: (what: string, matches: (event: PrintedEvent) => boolean) => Promise<PrintedEvent>;
}

export async function startOurServer(
  stage: Stage,
  namespace: string,
  served: readonly ServedInterface[],
): Promise<OurServer> {
  const program = stage.start(namespace, ...ownProgram('server-process.ts', JSON.stringify(served)));
  const server: OurServer = {
    events: () => program.lines.flatMap(line => eventOf(line) ?? []),
    async until(what, matches) {
      const accepts = (line: string) => {
        const event = eventOf(line);
        return event !== undefined && matches(event);
      };
      const event = eventOf(await program.until(what, accepts));
      if (event === undefined) throw new Error(`no event: ${what}`);
      return event;
    },
  };
  await server.until('it is ready', event => event.kind === 'ready');
  return server;
}

export function ownProgram(file: string, ...args: string[]): string[] {
  return [`${repositoryRoot}/node_modules/.bin/node`, `${repositoryRoot}/test/interop/dhcp/${file}`, ...args];
}

function eventOf(line: string): PrintedEvent | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as PrintedEvent) : undefined;
}

/** A /24 with a pool, its server at .1. */
export function network24(
  id: string,
  prefix: string,
  pool: readonly [number, number],
): ServedInterface['direct'] {
  const subnet = parseCidr(`${prefix}.0/24`);
  if (subnet === undefined) throw new Error(`${prefix} is no network`);
  return {
    id,
    subnet,
    pool: { first: ipOf(`${prefix}.${pool[0]}`), last: ipOf(`${prefix}.${pool[1]}`) },
    leaseSeconds: 120,
    routers: [ipOf(`${prefix}.1`)],
    dnsServers: [ipOf(`${prefix}.1`)],
    domainName: 'rack.example',
  };
}

export function ipOf(text: string): Ipv4 {
  const ip = parseIpv4(text);
  if (ip === undefined) throw new Error(`${text} is no address`);
  return ip;
}

export function macOf(text: string): Mac {
  const mac = parseMac(text);
  if (mac === undefined) throw new Error(`${text} is no MAC`);
  return mac;
}

/** Sets the address itself: the distributions' scripts would touch this computer's resolv.conf. */
const udhcpcScript = `#!/bin/sh
echo "script $1 $interface $ip $hostname $domain"
case $1 in
  deconfig) ip addr flush dev $interface scope global ;;
  bound|renew) ip addr replace $ip/$mask dev $interface; ip route replace default via \${router%% *} ;;
esac
`;

export async function startUdhcpc(
  stage: Stage,
  namespace: string,
  ...options: string[]
): Promise<RunningProgram> {
  const script = await stage.file('udhcpc.sh', udhcpcScript, 0o755);
  return stage.start(
    namespace,
    'udhcpc',
    '-f',
    '-R',
    '-i',
    'eth0',
    '-s',
    script,
    '-t',
    '4',
    '-T',
    '1',
    ...options,
  );
}

const dhclientScript = `#!/bin/sh
echo "script $reason $interface $new_ip_address $new_host_name $new_domain_name"
case $reason in
  BOUND|REBOOT|RENEW|REBIND) ip addr replace $new_ip_address/$new_subnet_mask dev $interface ;;
  RELEASE|EXPIRE|FAIL|STOP) ip addr flush dev $interface scope global ;;
esac
`;

export async function dhclientCommand(stage: Stage, leases = ''): Promise<string[]> {
  const script = await stage.file('dhclient.sh', dhclientScript, 0o755);
  const leaseFile = await stage.file('dhclient.leases', leases);
  const config = await stage.file(
    'dhclient.conf',
    'initial-delay 0;\nrequest subnet-mask, domain-name, host-name;\n',
  );
  const files = ['-cf', config, '-lf', leaseFile, '-pf', `${stage.folder}/dhclient.pid`, '-sf', script];
  return ['dhclient', '-4', '-v', ...files];
}

/** The address in a `script BOUND eth0 10.77.0.100 …` line of either client. */
export function addressIn(line: string): string {
  return line.split(' ')[3] ?? '';
}
