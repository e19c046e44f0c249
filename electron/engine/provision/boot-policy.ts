import type { Node } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';

/** Who asks, as DHCP tells it. `os` is any client that does not boot from the network: an installed system, our ramdisk. */
export type BootAsker = 'pxe-firmware' | 'http-firmware' | 'ipxe' | 'os';

/** What the machine's firmware can run; the names of the DHCP codec's option 93. */
export type BootArchitecture = 'bios' | 'uefi-x64' | 'other';

export interface BootQuestion {
  readonly asker: BootAsker;
  readonly architecture: BootArchitecture;
  /** Undefined: nobody enrolled this machine. */
  readonly subject: (Pick<Node, 'bootTarget'> & { readonly pxeEnabled: boolean }) | undefined;
}

export type BootAnswer =
  /** Silence, as if we were not there. */
  | { readonly kind: 'nothing'; readonly reason: 'unknown-machine' | 'port-not-for-pxe' }
  /** An address, and no way to boot from us. */
  | { readonly kind: 'address-only'; readonly reason: 'operating-system' | 'no-program-for-architecture' }
  /** A boot program that asks again, then as iPXE. */
  | {
      readonly kind: 'program';
      readonly program: 'undionly.kpxe' | 'snponly.efi';
      readonly over: 'tftp' | 'http';
    }
  /** The per-machine script. */
  | { readonly kind: 'script'; readonly script: BootScript };

/** `next-device` ends iPXE so that the firmware goes on to the disk (BIOS and UEFI alike, see the lab's figures). */
export type BootScript = 'ramdisk' | 'next-device';

/**
 * What to answer. Pure; the state is the node's `bootTarget` in the store. An installed machine is sent to its disk as
 * often as it PXE-boots; one that nobody enrolled gets nothing. An enrolled machine without a task goes to its next
 * device too: silence would cost it a minute of PXE time-outs at every boot.
 */
export function bootAnswer({ asker, architecture, subject }: BootQuestion): BootAnswer {
  if (subject === undefined) return { kind: 'nothing', reason: 'unknown-machine' };
  if (asker === 'os') return { kind: 'address-only', reason: 'operating-system' };
  if (!subject.pxeEnabled) return { kind: 'nothing', reason: 'port-not-for-pxe' };
  if (architecture === 'other') return { kind: 'address-only', reason: 'no-program-for-architecture' };
  switch (asker) {
    case 'ipxe':
      return { kind: 'script', script: scriptFor(subject) };
    case 'pxe-firmware':
    case 'http-firmware':
      return {
        kind: 'program',
        program: architecture === 'bios' ? 'undionly.kpxe' : 'snponly.efi',
        over: asker === 'http-firmware' ? 'http' : 'tftp',
      };
    default:
      return assertNever(asker);
  }
}

export function scriptFor(subject: Pick<Node, 'bootTarget'>): BootScript {
  return subject.bootTarget === 'ramdisk' ? 'ramdisk' : 'next-device';
}
