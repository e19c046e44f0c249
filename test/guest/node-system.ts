import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { repositoryRoot } from '#test/lab/program.ts';
import { copyProgram } from './guest-files.ts';

export interface NodeSystemOptions {
  readonly folder: string;
  /** What Node runs there, as `/app/main.mjs`; it may import the whole engine. */
  readonly main: string;
  /** What the engine finds as boot programs. */
  readonly bootFiles: Readonly<Record<string, Uint8Array>>;
}

const diskBytes = 512 * 2 ** 20;
const nativeModules = ['koffi', 'better-sqlite3'];

/** The disk of a small system with Node, the engine's native modules, iproute2 and DHCP, TFTP and HTTP clients. */
export async function makeNodeSystem({ folder, main, bootFiles }: NodeSystemOptions): Promise<string> {
  const root = join(folder, 'root');
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp', 'var', 'etc', 'bin', 'app/assets/boot'])
    mkdirSync(join(root, path), { recursive: true });
  symlinkSync('../run', join(root, 'var/run'));
  for (const program of ['node', 'ip', 'busybox', 'dhclient']) copyProgram(root, program);
  for (const applet of ['sh', 'true', 'timeout', 'udhcpc', 'tftp', 'wget'])
    symlinkSync('busybox', join(root, 'bin', applet));
  writeFileSync(
    join(root, 'bin/set-address'),
    '#!/bin/sh\n[ "$1" != bound ] || ip address replace "$ip/$mask" dev "$interface"\n',
    { mode: 0o755 },
  );
  writeFileSync(join(root, 'etc/dhclient.conf'), 'initial-delay 0;\ntimeout 30;\n');
  for (const [name, bytes] of Object.entries(bootFiles))
    writeFileSync(join(root, 'app/assets/boot', name), bytes);
  await bundle(main, join(root, 'app'));
  const disk = join(folder, 'root.ext4');
  writeFileSync(disk, '');
  truncateSync(disk, diskBytes);
  execFileSync('mkfs.ext4', ['-q', '-d', root, disk]);
  return disk;
}

/** One file starts in seconds where the emulated machine would read the sources for minutes. */
async function bundle(main: string, into: string): Promise<void> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: repositoryRoot,
    ssr: { noExternal: true, external: nativeModules },
    build: {
      ssr: main,
      outDir: into,
      emptyOutDir: false,
      target: 'node24',
      rollupOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  });
  for (const name of [...nativeModules, '@koromix/koffi-linux-x64'])
    cpSync(join(repositoryRoot, 'node_modules', name), join(into, 'node_modules', name), {
      recursive: true,
      dereference: true,
      filter: path => !/better-sqlite3\/(?:deps|src)$/.test(path),
    });
}
