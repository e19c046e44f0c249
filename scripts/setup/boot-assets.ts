import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { installPackages } from './debian-packages.ts';

const log = '.cache/setup.log';
const builders = ['assets/boot/obtain.ts', 'assets/ramdisk/build.ts'];
const wanted = ['.cache/boot/snponly.efi', '.cache/ramdisk/ramdisk.img'];

/**
 * Boot programs and the deploy ramdisk, made beside the running product when they are not there: the window need not
 * wait for them, its status bar shows when they are ready. Ends with this process.
 */
export function prepareBootAssets(): void {
  if (wanted.every(file => existsSync(file))) return;
  if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) {
    process.stdout.write(
      'Boot programs and the deploy ramdisk are made from Debian packages, and there is no apt here. On a Debian machine:\n' +
        '  npm run boot-programs && npm run ramdisk\nthen copy .cache/boot and .cache/ramdisk here. The virtual rack works without them.\n',
    );
    return;
  }
  // depmod: the one program of the builders that a small Debian does not have.
  if (!installPackages(['kmod'])) return;
  process.stdout.write(
    `Boot programs and the deploy ramdisk are being built beside it (one or two minutes, ${log}).\n`,
  );
  mkdirSync('.cache', { recursive: true });
  const output = openSync(log, 'w');
  let running: ChildProcess | undefined;
  process.on('exit', () => running?.kill());
  const next = ([builder, ...rest]: readonly string[]): void => {
    if (builder === undefined) {
      closeSync(output);
      return;
    }
    running = spawn(process.execPath, [builder], { stdio: ['ignore', output, output] });
    running.on('exit', code => {
      if (code !== 0) process.stderr.write(`${builder} failed: see ${log}\n`);
      next(rest);
    });
    running.unref();
  };
  next(builders);
}
