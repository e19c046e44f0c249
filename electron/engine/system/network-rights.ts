import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { RightsRepair } from '#shared/contract/errors.ts';
import { checkoutRoot } from './boot-assets.ts';

interface Program {
  readonly platform: string;
  readonly execPath: string;
  readonly isElectron: boolean;
  /** Folder of the checkout. */
  readonly root: string;
}

/**
 * The command after which DHCP and TFTP need no root, for the program that is in use; undefined where there is none. With
 * Electron it is for the checkout's Node, in which `npm start` then runs the engine: the loader looks for libraries beside
 * a program (`$ORIGIN`, ld.so(8)) only if the file has no capabilities, so Electron would not start with them.
 */
export function networkRightsCommand(program: Program = thisProgram()): string | undefined {
  const { platform, execPath, isElectron, root } = program;
  if (platform !== 'linux') return undefined;
  const node = isElectron ? path.join(root, 'node_modules', 'node', 'bin', 'node') : execPath;
  if (!existsSync(node)) return undefined; // a package, which brings no Node
  // setcap follows no links.
  return `sudo setcap cap_net_bind_service,cap_net_raw=+ep '${realpathSync(node)}'`;
}

/** How a person gets the right here. */
export function networkRightsRepair(program: Program = thisProgram()): RightsRepair {
  if (program.platform === 'win32') return 'reserved-port';
  if (program.platform !== 'linux') return 'sudo';
  return networkRightsCommand(program) === undefined ? 'serve-as-root' : 'setcap';
}

function thisProgram(): Program {
  return {
    platform: process.platform,
    execPath: process.execPath,
    isElectron: process.versions['electron'] !== undefined,
    root: checkoutRoot(import.meta.dirname),
  };
}

/** The bit of CAP_NET_BIND_SERVICE (linux/capability.h). */
const capNetBindService = 1n << 10n;

/** Whether this process, and so an engine that it starts from the same file, has been given those rights, or is root. */
export function hasNetworkRights(
  platform: string = process.platform,
  status: () => string = ownStatus,
): boolean {
  if (platform !== 'linux') return false;
  // proc_pid_status(5): capability sets in hexadecimal.
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status())?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & capNetBindService) !== 0n;
}

const ownStatus = () => readFileSync('/proc/self/status', 'utf8');
