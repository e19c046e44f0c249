import { describe, expect, it } from 'vitest';
import { type BootAsker, bootAnswer } from '#engine/provision/boot-policy.ts';

const installed = { bootTarget: 'disk', pxeEnabled: true } as const;
const deploying = { bootTarget: 'ramdisk', pxeEnabled: true } as const;
const idle = { bootTarget: 'nothing', pxeEnabled: true } as const;

describe('the boot policy', () => {
  it.each<BootAsker>(['pxe-firmware', 'http-firmware', 'ipxe', 'os'])(
    'gives a machine that nobody enrolled nothing (%s)',
    asker => {
      expect(bootAnswer({ asker, architecture: 'bios', subject: undefined })).toEqual({
        kind: 'nothing',
        reason: 'unknown-machine',
      });
    },
  );

  it('sends an installed machine to its next device however often it asks', () => {
    for (let boot = 0; boot < 3; boot += 1) {
      expect(bootAnswer({ asker: 'ipxe', architecture: 'bios', subject: installed })).toEqual({
        kind: 'script',
        script: 'next-device',
      });
    }
  });

  it('gives the ramdisk only while a task wants it', () => {
    expect(bootAnswer({ asker: 'ipxe', architecture: 'uefi-x64', subject: deploying })).toEqual({
      kind: 'script',
      script: 'ramdisk',
    });
    expect(bootAnswer({ asker: 'ipxe', architecture: 'uefi-x64', subject: idle })).toEqual({
      kind: 'script',
      script: 'next-device',
    });
  });

  it('chooses the boot program by firmware and by how it asks', () => {
    expect(bootAnswer({ asker: 'pxe-firmware', architecture: 'bios', subject: deploying })).toEqual({
      kind: 'program',
      program: 'undionly.kpxe',
      over: 'tftp',
    });
    expect(bootAnswer({ asker: 'http-firmware', architecture: 'uefi-x64', subject: installed })).toEqual({
      kind: 'program',
      program: 'snponly.efi',
      over: 'http',
    });
  });

  it('gives an operating system an address and nothing to boot', () => {
    expect(bootAnswer({ asker: 'os', architecture: 'other', subject: deploying })).toMatchObject({
      kind: 'address-only',
    });
  });

  it('is silent to a NIC that is not for PXE, and gives no program that the firmware cannot run', () => {
    expect(
      bootAnswer({
        asker: 'pxe-firmware',
        architecture: 'bios',
        subject: { ...deploying, pxeEnabled: false },
      }).kind,
    ).toBe('nothing');
    expect(bootAnswer({ asker: 'pxe-firmware', architecture: 'other', subject: deploying })).toEqual({
      kind: 'address-only',
      reason: 'no-program-for-architecture',
    });
  });
});
