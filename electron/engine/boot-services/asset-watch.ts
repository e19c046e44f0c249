import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BootAssets, isBeingBuilt } from '#engine/system/boot-assets.ts';
import { CodedError, type ServiceName } from '#shared/contract/index.ts';
import type { ServiceBoard } from './service-board.ts';

/** What the set-up makes once: shown in the status bar, with the command that makes it. */
const wanted: readonly {
  readonly name: ServiceName;
  readonly what: string;
  readonly command: string;
  readonly dir: keyof BootAssets;
  readonly files: readonly string[];
}[] = [
  {
    name: 'ramdisk',
    what: 'deploy ramdisk',
    command: 'npm run ramdisk',
    dir: 'ramdiskDir',
    files: ['vmlinuz', 'ramdisk.img'],
  },
  {
    name: 'boot-programs',
    what: 'boot programs',
    command: 'npm run boot-programs',
    dir: 'bootDir',
    files: ['undionly.kpxe', 'snponly.efi'],
  },
];

const lookAgainMs = 1000;

/** Undefined: it can be served. One that is being built is not there yet, or of an older recipe. */
export function missingRamdisk(assets: BootAssets): { what: string; command: string } | undefined {
  const ramdisk = wanted.find(({ name }) => name === 'ramdisk');
  if (ramdisk === undefined || stateOf(ramdisk, assets) === 'on') return undefined;
  return { what: ramdisk.what, command: ramdisk.command };
}

function stateOf({ dir, files }: (typeof wanted)[number], assets: BootAssets): 'starting' | 'on' | 'failed' {
  if (isBeingBuilt(assets[dir])) return 'starting';
  return files.every(file => existsSync(join(assets[dir], file))) ? 'on' : 'failed';
}

/** `npm start` builds them beside the running engine: their rows turn green when that is over. */
export function watchAssets(board: ServiceBoard, assets: BootAssets): { look: () => void; stop: () => void } {
  const shown = new Map<ServiceName, string>();
  const look = () => {
    for (const asset of wanted) {
      const { name, what, command, dir } = asset;
      const state = stateOf(asset, assets);
      if (shown.get(name) === state) continue;
      shown.set(name, state);
      const error = new CodedError('setup.missing', `${what}: not there`, { what, command });
      board.set(name, '', {
        state,
        detail: state === 'on' ? assets[dir] : '',
        ...(state === 'failed' ? { error } : {}),
      });
    }
  };
  look();
  const timer = setInterval(look, lookAgainMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
