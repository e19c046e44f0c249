import { describe, expect, it } from 'vitest';
import {
  type BootAsker,
  type BootNetwork,
  type BootQuestion,
  bootAnswer,
} from '#engine/provision/boot-policy.ts';
import type { NetworkPurpose } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { networkId } from '#test/fakes/rows.ts';

type Subject = NonNullable<BootQuestion['subject']>;
const machine = (change: Partial<Subject>): Subject => ({
  bootTarget: 'nothing',
  provisionState: 'available',
  pxeEnabled: true,
  attachedTo: undefined,
  ...change,
});
const installed = machine({ bootTarget: 'disk', provisionState: 'active' });
const deploying = machine({ bootTarget: 'ramdisk', provisionState: 'wait call-back' });
const cleaning = machine({ bootTarget: 'ramdisk', provisionState: 'clean wait' });
const idle = machine({});
const withPurposes = (...purposes: NetworkPurpose[]): BootNetwork => ({ id: networkId, purposes });
const network = withPurposes('provisioning', 'cleaning', 'rescue', 'tenant');

describe('the boot policy', () => {
  it.each<BootAsker>(['pxe-firmware', 'http-firmware', 'ipxe', 'os'])(
    'gives a machine that nobody enrolled nothing (%s)',
    asker => {
      expect(bootAnswer({ asker, architecture: 'bios', subject: undefined, network })).toEqual({
        kind: 'nothing',
        reason: 'unknown-machine',
      });
    },
  );

  it('sends an installed machine to its next device however often it asks', () => {
    for (let boot = 0; boot < 3; boot += 1) {
      expect(bootAnswer({ asker: 'ipxe', architecture: 'bios', subject: installed, network })).toEqual({
        kind: 'script',
        script: 'next-device',
      });
    }
  });

  it('gives the ramdisk only while a task wants it', () => {
    expect(bootAnswer({ asker: 'ipxe', architecture: 'uefi-x64', subject: deploying, network })).toEqual({
      kind: 'script',
      script: 'ramdisk',
    });
    expect(bootAnswer({ asker: 'ipxe', architecture: 'uefi-x64', subject: idle, network })).toEqual({
      kind: 'script',
      script: 'next-device',
    });
  });

  it('chooses the boot program by firmware and by how it asks', () => {
    expect(bootAnswer({ asker: 'pxe-firmware', architecture: 'bios', subject: deploying, network })).toEqual({
      kind: 'program',
      program: 'undionly.kpxe',
      over: 'tftp',
    });
    expect(
      bootAnswer({ asker: 'http-firmware', architecture: 'uefi-x64', subject: installed, network }),
    ).toEqual({
      kind: 'program',
      program: 'snponly.efi',
      over: 'http',
    });
  });

  it('gives an operating system an address and nothing to boot', () => {
    expect(bootAnswer({ asker: 'os', architecture: 'other', subject: deploying, network })).toMatchObject({
      kind: 'address-only',
    });
  });

  it('is silent to a NIC that is not for PXE, and gives no program that the firmware cannot run', () => {
    expect(
      bootAnswer({
        asker: 'pxe-firmware',
        architecture: 'bios',
        subject: { ...deploying, pxeEnabled: false },
        network,
      }).kind,
    ).toBe('nothing');
    expect(bootAnswer({ asker: 'pxe-firmware', architecture: 'other', subject: deploying, network })).toEqual(
      {
        kind: 'address-only',
        reason: 'no-program-for-architecture',
      },
    );
  });
});

describe('which network is for what', () => {
  const asks = (asker: BootAsker, subject: Subject, on: BootNetwork) =>
    bootAnswer({ asker, architecture: 'uefi-x64', subject, network: on });

  it.each<[string, Subject, NetworkPurpose, NetworkPurpose]>([
    ['a deployment', deploying, 'provisioning', 'cleaning'],
    ['an inspection', { ...deploying, provisionState: 'inspect wait' }, 'provisioning', 'tenant'],
    ['an installer', { ...deploying, bootTarget: 'installer' }, 'provisioning', 'tenant'],
    ['a cleaning', cleaning, 'cleaning', 'provisioning'],
  ])('%s boots there only, and is told elsewhere that it is wrong', (_, subject, right, wrong) => {
    const reason = `network-not-for-${right}`;
    for (const asker of ['ipxe', 'pxe-firmware', 'http-firmware'] as const) {
      expect(asks(asker, subject, withPurposes(right)).kind).not.toBe('address-only');
      expect(asks(asker, subject, withPurposes(wrong))).toEqual({ kind: 'address-only', reason });
    }
    expect(asks('os', subject, withPurposes(right)).kind).toBe('address-only');
    expect(asks('os', subject, withPurposes(wrong))).toEqual({ kind: 'nothing', reason });
  });

  it('an installed machine is sent to its disk from every network, though its system is answered on none', () => {
    const elsewhere = { ...installed, attachedTo: [] };
    expect(asks('ipxe', elsewhere, withPurposes('provisioning'))).toEqual({
      kind: 'script',
      script: 'next-device',
    });
    expect(asks('os', elsewhere, network).kind).toBe('nothing');
  });

  it('an installed system without networks of its own is answered on tenant networks', () => {
    expect(asks('os', installed, withPurposes('tenant')).kind).toBe('address-only');
    expect(asks('os', installed, withPurposes('provisioning'))).toEqual({
      kind: 'nothing',
      reason: 'moved-to-tenant-networks',
    });
  });

  it('an installed system with networks of its own is answered on these, whatever they are for', () => {
    const other = '66666666-4444-4444-8444-444444444444' as NetworkId;
    const moved = (...attachedTo: (NetworkId | null)[]) => ({ ...installed, attachedTo });
    expect(asks('os', moved(other), network).kind).toBe('nothing');
    expect(asks('os', moved(other, networkId), withPurposes('provisioning')).kind).toBe('address-only');
    expect(asks('os', moved(null), withPurposes('tenant')).kind).toBe('address-only');
    expect(asks('os', moved(null), withPurposes('provisioning')).kind).toBe('nothing');
  });

  it('a ramdisk keeps its address though the machine was moved already, and until its deployment moves it', () => {
    expect(asks('os', { ...deploying, attachedTo: [] }, network).kind).toBe('address-only');
    const leaving = machine({ bootTarget: 'disk', provisionState: 'deploying' });
    expect(asks('os', leaving, withPurposes('provisioning')).kind).toBe('address-only');
    expect(asks('os', { ...leaving, attachedTo: [] }, withPurposes('provisioning')).kind).toBe('nothing');
  });

  it.each(['deploy failed', 'clean failed', 'error'] as const)(
    'in state %s the system that was to be replaced may still run, and is answered among tenants',
    provisionState => {
      const failed = machine({ provisionState });
      expect(asks('os', failed, withPurposes('tenant')).kind).toBe('address-only');
      expect(asks('os', failed, withPurposes('rescue')).kind).toBe('nothing');
      expect(asks('os', { ...failed, bootTarget: 'ramdisk' }, withPurposes('tenant')).kind).toBe('nothing');
    },
  );

  it('a machine without a task is answered where machines are brought in, not among tenants', () => {
    expect(asks('os', idle, withPurposes('provisioning')).kind).toBe('address-only');
    expect(asks('os', idle, withPurposes('tenant'))).toEqual({
      kind: 'nothing',
      reason: 'network-not-for-provisioning',
    });
  });
});
