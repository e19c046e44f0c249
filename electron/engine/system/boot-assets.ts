import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface BootAssets {
  /** `undionly.kpxe`, `snponly.efi` … */
  readonly bootDir: string;
  /** `vmlinuz`, `ramdisk.img` */
  readonly ramdiskDir: string;
}

/**
 * Where boot programs and the deploy ramdisk lie: beside the packaged application, or in the checkout's `.cache`, where
 * the set-up puts them. `RACKSIDE_ASSETS` names another folder.
 */
export function findBootAssets(env = process.env, from = import.meta.dirname): BootAssets {
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  const root =
    env['RACKSIDE_ASSETS'] ??
    (packaged !== undefined && existsSync(join(packaged, 'ramdisk'))
      ? packaged
      : join(checkoutRoot(from), '.cache'));
  return { bootDir: join(root, 'boot'), ramdiskDir: join(root, 'ramdisk') };
}

/** Templates of answer files: beside the packaged application, or in the checkout's `assets`. */
export function findTemplates(from = import.meta.dirname): string {
  const packaged = (process as { resourcesPath?: string }).resourcesPath;
  const beside = packaged === undefined ? undefined : join(packaged, 'templates');
  return beside !== undefined && existsSync(beside)
    ? beside
    : join(checkoutRoot(from), 'assets', 'templates');
}

/** The set-up writes its process id here while it builds what belongs into that folder. */
export function buildingMark(folder: string): string {
  return `${folder}.building`;
}

/** A mark whose writer was killed does not count. */
export function isBeingBuilt(folder: string): boolean {
  try {
    const pid = Number(readFileSync(buildingMark(folder), 'utf8'));
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it lives and is somebody else's
  }
}

export function checkoutRoot(from: string): string {
  const manifest = join(from, 'package.json');
  if (existsSync(manifest) && readFileSync(manifest, 'utf8').includes('"name": "rackside"')) return from;
  const parent = dirname(from);
  return parent === from ? process.cwd() : checkoutRoot(parent);
}
