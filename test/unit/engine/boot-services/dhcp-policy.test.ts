import { describe, expect, it } from 'vitest';
import { type BootFileServers, dhcpDecision } from '#engine/boot-services/dhcp-policy.ts';
import type { ClientArchitecture, DhcpClient } from '#engine/net/dhcp/client.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aNetwork, mac, nodeId } from '#test/fakes/rows.ts';

const httpBase = 'http://10.77.0.1:8088';
const servers = { httpBase, hasTftp: true };
const subject: BootSubject = {
  nodeId,
  name: 'r1u01',
  provisionState: 'wait call-back',
  bootTarget: 'ramdisk',
  bootMode: null,
  deploymentId: null,
  pxeEnabled: true,
  reservedAddress: null,
  hostName: null,
  attachedTo: undefined,
};
const decide = (client: DhcpClient, of: BootSubject | undefined, on: BootFileServers) =>
  dhcpDecision(client, of, aNetwork(), on);

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

const noProgram = { answer: true, withheld: 'no-program-for-architecture' };
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
      const decision = decide(aClient({ architecture, isPxeClient: true }), subject, servers);
      expect(decision).toEqual(program === undefined ? noProgram : file(program));
    },
  );

  it('is an address only where the architecture is unknown or not said', () => {
    const client = aClient({ architecture: undefined, isPxeClient: true });
    expect(decide(client, subject, servers)).toEqual(noProgram);
  });

  it('is an address and the reason while our HTTP or TFTP does not run', () => {
    const pxe = aClient({ isPxeClient: true });
    const http = aClient({ architecture: 'efi-x64-http', isHttpClient: true });
    const noTftp = { httpBase, hasTftp: false };
    const noHttp = { httpBase: undefined, hasTftp: true };
    expect(decide(pxe, subject, noTftp)).toEqual({ answer: true, withheld: 'tftp-does-not-run' });
    expect(decide(http, subject, noTftp)).toEqual(file(`${httpBase}/boot/snponly.efi`));
    for (const client of [pxe, http, aClient({ isIpxe: true })]) {
      expect(decide(client, subject, noHttp)).toEqual({ answer: true, withheld: 'http-does-not-run' });
    }
    const system = aClient({ architecture: undefined });
    expect(decide(system, subject, noHttp)).toEqual({ answer: true });
  });

  it.each([{ isPxeClient: true }, { isIpxe: true }])(
    'is silence on a port that is not for PXE (%o)',
    asker => {
      const decision = decide(aClient(asker), { ...subject, pxeEnabled: false }, servers);
      expect(decision).toMatchObject({ answer: false });
    },
  );
});

describe('on a network that is not for its task', () => {
  const tenants = aNetwork({ purposes: ['tenant'] });

  it('firmware is given an address, no boot file, and we say why', () => {
    expect(dhcpDecision(aClient({ isPxeClient: true }), subject, tenants, servers)).toEqual({
      answer: true,
      withheld: 'network-not-for-provisioning',
    });
  });

  it('an operating system is given nothing', () => {
    expect(dhcpDecision(aClient(), subject, tenants, servers)).toEqual({
      answer: false,
      reason: 'network-not-for-provisioning',
    });
  });
});

describe('what others are given', () => {
  it('a system whose gateway is elsewhere: no router; its firmware still gets one, to reach us', () => {
    const installed: BootSubject = { ...subject, provisionState: 'active', bootTarget: 'disk' };
    const told = (client: DhcpClient) => dhcpDecision(client, installed, aNetwork(), servers, true);
    expect(told(aClient())).toEqual({ answer: true, withoutRouter: true });
    expect(told(aClient({ isPxeClient: true, isIpxe: true }))).not.toHaveProperty('withoutRouter');
  });

  it('HTTP boot: the program’s whole URL', () => {
    const client = aClient({ architecture: 'efi-x64-http', isHttpClient: true });
    expect(decide(client, subject, servers)).toEqual(file(`${httpBase}/boot/snponly.efi`));
  });

  it('iPXE: its own script, whatever it calls itself besides', () => {
    for (const bootTarget of ['ramdisk', 'disk', 'nothing'] as const) {
      const client = aClient({ architecture: 'efi-x64', isPxeClient: true, isIpxe: true });
      expect(decide(client, { ...subject, bootTarget }, servers)).toEqual(
        file(`${httpBase}/boot/52-54-00-aa-00-01.ipxe`),
      );
    }
  });

  it('iPXE of an architecture for which we have no ramdisk: an address only', () => {
    const client = aClient({ architecture: 'efi-arm64', isPxeClient: true, isIpxe: true });
    expect(decide(client, subject, servers)).toEqual(noProgram);
  });

  it.each([{ isPxeClient: true }, {}])(
    'its reservation and its host name, whoever asks for the machine (%o)',
    change => {
      const reserved = { ...subject, reservedAddress: '10.77.0.50' as Ipv4, hostName: 'web-01' };
      expect(decide(aClient(change), reserved, servers)).toMatchObject({
        answer: true,
        reservedAddress: '10.77.0.50',
        hostName: 'web-01',
      });
    },
  );

  it('an operating system: an address', () => {
    expect(decide(aClient({ architecture: undefined }), subject, servers)).toEqual({ answer: true });
  });

  it.each([{ isPxeClient: true }, { isHttpClient: true }, { isIpxe: true }, {}])(
    'a machine that nobody enrolled: silence (%o)',
    change => {
      expect(decide(aClient(change), undefined, servers)).toEqual({
        answer: false,
        reason: 'unknown-machine',
      });
    },
  );
});
