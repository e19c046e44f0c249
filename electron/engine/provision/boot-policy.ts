import type { Network, NetworkPurpose, Node } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NetworkId } from '#shared/model/ids.ts';

/** Who asks, as DHCP tells it. `os` is any client that does not boot from the network: an installed system, our ramdisk. */
export type BootAsker = 'pxe-firmware' | 'http-firmware' | 'ipxe' | 'os';

/** What the machine's firmware can run; the names of the DHCP codec's option 93. */
export type BootArchitecture = 'bios' | 'uefi-x64' | 'other';

type Machine = Pick<Node, 'bootTarget' | 'provisionState'>;

export interface BootQuestion {
  readonly asker: BootAsker;
  readonly architecture: BootArchitecture;
  /** Undefined: nobody enrolled this machine. */
  readonly subject:
    | (Machine & {
        readonly pxeEnabled: boolean;
        /** As of `BootSubject`. */
        readonly attachedTo: readonly (NetworkId | null)[] | undefined;
      })
    | undefined;
  /** On which it asks. */
  readonly network: BootNetwork;
}

export type BootNetwork = Pick<Network, 'id' | 'purposes'>;

/** What a machine boots the ramdisk or an installer for. */
export type BootTask = Extract<NetworkPurpose, 'provisioning' | 'cleaning' | 'rescue'>;

type WrongNetwork = `network-not-for-${BootTask}`;

export type BootAnswer =
  /** Silence, as if we were not there. */
  | {
      readonly kind: 'nothing';
      readonly reason: 'unknown-machine' | 'port-not-for-pxe' | 'moved-to-tenant-networks' | WrongNetwork;
    }
  /** An address, and no way to boot from us. */
  | {
      readonly kind: 'address-only';
      readonly reason: 'operating-system' | 'no-program-for-architecture' | WrongNetwork;
    }
  /** A boot program that asks again, then as iPXE. */
  | {
      readonly kind: 'program';
      readonly program: 'undionly.kpxe' | 'snponly.efi';
      readonly over: 'tftp' | 'http';
    }
  /** The per-machine script. */
  | { readonly kind: 'script'; readonly script: BootScript };

/** `next-device` ends iPXE so that the firmware goes on to the disk (BIOS and UEFI alike, see the lab's figures). */
export type BootScript = 'ramdisk' | 'installer' | 'next-device';

/**
 * What to answer. Pure; the state is the node's `bootTarget` and networks in the store. An installed machine is sent to
 * its disk as often as it PXE-boots, on whatever network; one that nobody enrolled gets nothing. An enrolled machine
 * without a task goes to its next device too: silence would cost it a minute of PXE time-outs at every boot. Ramdisk and
 * installer are for networks of their purpose; on another one an offer without a file makes firmware give up at once.
 */
export function bootAnswer({ asker, architecture, subject, network }: BootQuestion): BootAnswer {
  if (subject === undefined) return { kind: 'nothing', reason: 'unknown-machine' };
  if (asker === 'os') return systemAnswer(subject, network);
  if (!subject.pxeEnabled) return { kind: 'nothing', reason: 'port-not-for-pxe' };
  if (!maySeeScript(subject, network)) return { kind: 'address-only', reason: wrongNetwork(subject) };
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
  const { bootTarget } = subject;
  return bootTarget === 'ramdisk' || bootTarget === 'installer' ? bootTarget : 'next-device';
}

/** The next device is for every network, ramdisk and installer for those of their purpose. */
export function maySeeScript(subject: Machine, network: BootNetwork): boolean {
  return scriptFor(subject) === 'next-device' || network.purposes.includes(taskOf(subject));
}

/** Inspection has no network of its own: it is part of bringing a machine in. */
export function taskOf({ provisionState }: Pick<Node, 'provisionState'>): BootTask {
  switch (provisionState) {
    case 'cleaning':
    case 'clean wait':
    case 'clean failed':
      return 'cleaning';
    case 'rescuing':
    case 'rescue wait':
    case 'rescue':
    case 'rescue failed':
      return 'rescue';
    default:
      return 'provisioning';
  }
}

/** An installer that we do not steer is told to boot from disk while its own system still asks for addresses. */
const installing: readonly Node['provisionState'][] = ['deploying', 'wait call-back'];

/** What was to be done failed or was cancelled, maybe before it touched the system of before. */
const unfinished: readonly Node['provisionState'][] = [
  'deploy failed',
  'clean failed',
  'rescue failed',
  'unrescue failed',
  'error',
];

/**
 * An address for what runs on the machine. An installed system gets one on its own networks; where nobody gave it any,
 * on every tenant network. So may one that was to be replaced and is running yet. Everything else is at work for us, or
 * idle, and stays where that work is done.
 */
function systemAnswer(
  subject: NonNullable<BootQuestion['subject']>,
  { id, purposes }: BootNetwork,
): BootAnswer {
  const { bootTarget, provisionState, attachedTo } = subject;
  const address = { kind: 'address-only', reason: 'operating-system' } as const;
  const isTenant = purposes.includes('tenant');
  if (bootTarget === 'disk' && (attachedTo !== undefined || !installing.includes(provisionState))) {
    const isOwn =
      attachedTo === undefined ? isTenant : attachedTo.some(own => own === id || (own === null && isTenant));
    return isOwn ? address : { kind: 'nothing', reason: 'moved-to-tenant-networks' };
  }
  const mayBeSystem = bootTarget === 'nothing' && unfinished.includes(provisionState) && isTenant;
  return mayBeSystem || purposes.includes(taskOf(subject))
    ? address
    : { kind: 'nothing', reason: wrongNetwork(subject) };
}

function wrongNetwork(subject: Machine): WrongNetwork {
  return `network-not-for-${taskOf(subject)}`;
}
