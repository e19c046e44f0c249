import type { ClientArchitecture, DhcpClient } from '#engine/net/dhcp/client.ts';
import type { DhcpDecision } from '#engine/net/dhcp/policy.ts';
import {
  type BootAnswer,
  type BootArchitecture,
  type BootAsker,
  type BootNetwork,
  bootAnswer,
} from '#engine/provision/boot-policy.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { macHyphenated } from '#shared/model/mac.ts';

/** Our servers on a wire. A boot file that leads to one which does not run is withheld; addresses are given. */
export interface BootFileServers {
  /** `http://10.77.0.1:8088`; undefined while HTTP does not run. */
  readonly httpBase: string | undefined;
  readonly hasTftp: boolean;
}

/**
 * Turns the boot policy's answer into DHCP's. `isAside`: the installed system's default route is elsewhere; firmware may
 * still need the network's to reach us.
 */
export function dhcpDecision(
  client: DhcpClient,
  subject: BootSubject | undefined,
  network: BootNetwork,
  servers: BootFileServers,
  isAside = false,
): DhcpDecision {
  const asker = askerOf(client);
  const answer = bootAnswer({
    asker,
    architecture: bootArchitecture(client.architecture),
    subject,
    network,
  });
  if (answer.kind === 'nothing' || subject === undefined) return { answer: false, reason: reasonOf(answer) };
  return {
    answer: true,
    ...(subject.reservedAddress === null ? {} : { reservedAddress: subject.reservedAddress }),
    ...(subject.hostName === null ? {} : { hostName: subject.hostName }),
    ...(isAside && asker === 'os' ? { withoutRouter: true } : {}),
    ...bootFileOf(answer, client, servers),
  };
}

function reasonOf(answer: BootAnswer): string {
  return 'reason' in answer ? answer.reason : 'unknown-machine';
}

function bootFileOf(
  answer: Exclude<BootAnswer, { kind: 'nothing' }>,
  client: DhcpClient,
  { httpBase, hasTftp }: BootFileServers,
): Pick<Extract<DhcpDecision, { answer: true }>, 'bootFile' | 'withheld'> {
  switch (answer.kind) {
    case 'address-only':
      return answer.reason === 'operating-system' ? {} : { withheld: answer.reason };
    case 'program':
      // The program asks for a script over HTTP next: without HTTP it would hang there.
      if (httpBase === undefined) return { withheld: 'http-does-not-run' };
      if (answer.over === 'http') return { bootFile: { fileName: `${httpBase}/boot/${answer.program}` } };
      return hasTftp ? { bootFile: { fileName: answer.program } } : { withheld: 'tftp-does-not-run' };
    case 'script':
      if (httpBase === undefined) return { withheld: 'http-does-not-run' };
      return { bootFile: { fileName: `${httpBase}/boot/${macHyphenated(client.mac)}.ipxe` } };
    default:
      return assertNever(answer);
  }
}

function askerOf(client: DhcpClient): BootAsker {
  if (client.isIpxe) return 'ipxe';
  if (client.isHttpClient) return 'http-firmware';
  return client.isPxeClient ? 'pxe-firmware' : 'os';
}

/** We carry x64 boot programs. `efi-ebc` is what many x64 firmwares call themselves (RFC 4578's erratum). */
function bootArchitecture(architecture: ClientArchitecture | undefined): BootArchitecture {
  switch (architecture) {
    case 'bios':
      return 'bios';
    case 'efi-x64':
    case 'efi-ebc':
    case 'efi-x64-http':
      return 'uefi-x64';
    default:
      return 'other';
  }
}
