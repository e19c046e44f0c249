import { describe, expect, it } from 'vitest';
import { dhcpDecision } from '#engine/boot-services/dhcp-policy.ts';
import type { ClientArchitecture, DhcpClient } from '#engine/net/dhcp/client.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import { mac, nodeId } from '#test/fakes/rows.ts';

const httpBase = 'http://10.77.0.1:8088';
const subject: BootSubject = {
  nodeId,
  name: 'r1u01',
  bootTarget: 'ramdisk',
  bootMode: null,
  deploymentId: null,
  pxeEnabled: true,
};

function aClient(change: Partial<DhcpClient> = {}): DhcpClient {
  return {
    mac,
    messageType: 'discover',
    transactionId: 1,
    architecture: 'bios',
    architectureCode: 0,
    isIpxe: false,
    isPxeClient: false,
    isHttpClient: false,
    vendorClass: undefined,
    uuid: undefined,
    hostName: undefined,
    clientAddress: undefined,
    requestedAddress: undefined,
    serverIdentifier: undefined,
    requestedOptions: [],
    maxMessageSizeBytes: undefined,
    relay: undefined,
    ...change,
  };
}

const file = (fileName: string) => ({ answer: true, bootFile: { fileName } });

describe('what PXE firmware is given', () => {
  const programs: Record<ClientArchitecture, string | undefined> = {
    bios: 'undionly.kpxe',
    'efi-x64': 'snponly.efi',
    'efi-ebc': 'snponly.efi',
    'efi-x64-http': 'snponly.efi',
    'efi-ia32': undefined,
    'efi-arm32': undefined,
    'efi-arm64': undefined,
    'efi-ia32-http': undefined,
    'efi-arm32-http': undefined,
    'efi-arm64-http': undefined,
  };

  it.each(Object.entries(programs) as [ClientArchitecture, string | undefined][])(
    '%s: %s',
    (architecture, program) => {
      const decision = dhcpDecision(aClient({ architecture, isPxeClient: true }), subject, httpBase);
      expect(decision).toEqual(program === undefined ? { answer: true } : file(program));
    },
  );

  it('is an address only where the architecture is unknown or not said', () => {
    const client = aClient({ architecture: undefined, isPxeClient: true });
    expect(dhcpDecision(client, subject, httpBase)).toEqual({ answer: true });
  });

  it('is silence on a port that is not for PXE', () => {
    const decision = dhcpDecision(
      aClient({ isPxeClient: true }),
      { ...subject, pxeEnabled: false },
      httpBase,
    );
    expect(decision).toMatchObject({ answer: false });
  });
});

describe('what others are given', () => {
  it('HTTP boot: the program’s whole URL', () => {
    const client = aClient({ architecture: 'efi-x64-http', isHttpClient: true });
    expect(dhcpDecision(client, subject, httpBase)).toEqual(file(`${httpBase}/boot/snponly.efi`));
  });

  it('iPXE: its own script, whatever it calls itself besides', () => {
    for (const bootTarget of ['ramdisk', 'disk', 'nothing'] as const) {
      const client = aClient({ architecture: 'efi-x64', isPxeClient: true, isIpxe: true });
      expect(dhcpDecision(client, { ...subject, bootTarget }, httpBase)).toEqual(
        file(`${httpBase}/boot/52-54-00-aa-00-01.ipxe`),
      );
    }
  });

  it('an operating system: an address', () => {
    expect(dhcpDecision(aClient({ architecture: undefined }), subject, httpBase)).toEqual({ answer: true });
  });

  it.each([{ isPxeClient: true }, { isHttpClient: true }, { isIpxe: true }, {}])(
    'a machine that nobody enrolled: silence (%o)',
    change => {
      expect(dhcpDecision(aClient(change), undefined, httpBase)).toEqual({
        answer: false,
        reason: 'unknown-machine',
      });
    },
  );
});
