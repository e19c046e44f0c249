import type { ClientArchitecture, DhcpClient } from '#engine/net/dhcp/client.ts';
import type { DhcpDecision } from '#engine/net/dhcp/policy.ts';
import {
  type BootAnswer,
  type BootArchitecture,
  type BootAsker,
  bootAnswer,
} from '#engine/provision/boot-policy.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { macHyphenated } from '#shared/model/mac.ts';

/** Turns the boot policy's answer into DHCP's. `httpBase` is our HTTP server on that wire. */
export function dhcpDecision(
  client: DhcpClient,
  subject: BootSubject | undefined,
  httpBase: string,
): DhcpDecision {
  const answer = bootAnswer({
    asker: askerOf(client),
    architecture: bootArchitecture(client.architecture),
    subject,
  });
  return decisionFor(answer, client, httpBase);
}

function decisionFor(answer: BootAnswer, client: DhcpClient, httpBase: string): DhcpDecision {
  switch (answer.kind) {
    case 'nothing':
      return { answer: false, reason: answer.reason };
    case 'address-only':
      return { answer: true };
    case 'program': {
      const fileName = answer.over === 'http' ? `${httpBase}/boot/${answer.program}` : answer.program;
      return { answer: true, bootFile: { fileName } };
    }
    case 'script':
      return { answer: true, bootFile: { fileName: `${httpBase}/boot/${macHyphenated(client.mac)}.ipxe` } };
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
