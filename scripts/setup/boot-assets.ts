import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildingMark, findBootAssets } from '#engine/system/boot-assets.ts';
import { installPackages } from './debian-packages.ts';

export interface Builder {
  /** Leaves alone what is up to date. */
  readonly script: string;
  readonly folder: string;
}

const { bootDir, ramdiskDir } = findBootAssets({});
const builders: readonly Builder[] = [
  { script: 'assets/boot/obtain.ts', folder: bootDir },
  { script: 'assets/ramdisk/build.ts', folder: ramdiskDir },
];
const isThere = () =>
  existsSync(path.join(bootDir, 'snponly.efi')) && existsSync(path.join(ramdiskDir, 'ramdisk.img'));

/**
 * Boot programs and the deploy ramdisk, brought up to date beside the running product, because a ramdisk of before a
 * `git pull` does not know what the engine of after it asks for. The window need not wait, its status bar shows when they
 * are ready. Ends with this process.
 */
export function prepareBootAssets(): void {
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) {
    if (isThere()) return;
    process.stdout.write(
      'Boot programs and the deploy ramdisk are made from Debian packages, and there is no apt here. On a Debian machine:\n' +
        '  npm run boot-programs && npm run ramdisk\nthen copy .cache/boot and .cache/ramdisk here. The virtual rack works without them.\n',
    );
    return;
  }
  const log = path.join('.cache', 'setup.log');
  if (!isThere()) {
    // depmod: the one program of the builders that a small Debian does not have.
    if (!installPackages(['kmod'])) return;
    process.stdout.write(
      `Boot programs and the deploy ramdisk are being built beside it (one or two minutes, ${log}).\n`,
    );
  }
  void runBuilders(builders, log);
}

/** One after the other: they share apt's lists. Each folder is marked until its builder has ended. */
export async function runBuilders(all: readonly Builder[], log: string): Promise<void> {
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const unmark = ({ folder }: Builder) => rmSync(buildingMark(folder), { force: true });
  let running: ChildProcess | undefined;
  const onExit = () => {
    running?.kill();
    all.forEach(unmark);
  };
  process.on('exit', onExit);
  for (const { folder } of all) writeFileSync(buildingMark(folder), String(process.pid));
  for (const builder of all) {
    running = spawn(process.execPath, [builder.script], { stdio: ['ignore', output, output] });
    running.unref();
    const child = running;
    const code = await new Promise<number | null>(resolve => child.once('exit', resolve));
    unmark(builder);
    if (code !== 0)
      process.stderr.write(`${builder.script} failed: see ${log}. What was built before is used.\n`);
  }
  process.off('exit', onExit);
  closeSync(output);
}
