import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BootAssets } from '#engine/system/boot-assets.ts';
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

const lookAgainMs = 5000;

export function missingRamdisk({ ramdiskDir }: BootAssets): { what: string; command: string } | undefined {
  const ramdisk = wanted.find(({ name }) => name === 'ramdisk');
  const complete = ramdisk?.files.every(file => existsSync(join(ramdiskDir, file))) ?? true;
  return complete || ramdisk === undefined ? undefined : { what: ramdisk.what, command: ramdisk.command };
}

/** `npm start` builds them beside the running engine: their rows turn green when the files are there. */
export function watchAssets(board: ServiceBoard, assets: BootAssets): { look: () => void; stop: () => void } {
  const shown = new Map<ServiceName, boolean>();
  const look = () => {
    for (const { name, what, command, dir, files } of wanted) {
      const complete = files.every(file => existsSync(join(assets[dir], file)));
      if (shown.get(name) === complete) continue;
      shown.set(name, complete);
      const error = new CodedError('setup.missing', `${what}: not there`, { what, command });
      board.set(
        name,
        '',
        complete ? { state: 'on', detail: assets[dir] } : { state: 'failed', detail: '', error },
      );
    }
  };
  look();
  const timer = setInterval(look, lookAgainMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
