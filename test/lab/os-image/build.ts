/**
 * Builds the operating system that the lab's scenarios install: Debian 12 with cloud-init, bootable by BIOS and by
 * UEFI, as a raw stream (.raw.zst) and as qcow2. Needs root, mmdebstrap and the network the first time; after that
 * `.cache/lab/os-<hash of this folder>.*` is used. No loop device and no mount of an image: mke2fs -d, mtools, sfdisk.
 *
 * `node test/lab/os-image/build.ts` prints the paths, sizes and seconds.
 */
import { mkdir, readdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../program.ts';
import { builtOnce, labCache, recipeHash, recipeLines } from '../recipe.ts';
import { installGrubBios } from './grub-bios.ts';

export type OsImage = {
  /** Sparse raw disk, for scenarios that need no deployment. */
  readonly raw: string;
  readonly rawZst: string;
  readonly qcow2: string;
  readonly sizeBytes: number;
};

const recipeDir = import.meta.dirname;
const mib = 1024 * 1024;
const sectorsPerMib = 2048;
/** GPT at the front and the BIOS boot partition, one MiB each; then the ESP; the root file system is the last. */
const layoutMib = { biosBoot: 1, esp: 2, espSize: 36, root: 38, gptTail: 1 };

const kernelArguments =
  'root=LABEL=root ro console=tty0 console=ttyS0,115200 quiet security=none audit=0 mitigations=off';

/** Returns the image, building it if this recipe was not built on this machine before. */
export async function obtainOsImage(report: (line: string) => void): Promise<OsImage> {
  const name = `os-${await recipeHash(recipeDir)}`;
  const raw = join(labCache, `${name}.raw`);
  const rawZst = `${raw}.zst`;
  // The qcow2 goes last: its presence says that all three are there.
  const qcow2 = await builtOnce(`${name}.qcow2`, async work => {
    const built = await build(work, report);
    await rename(built.raw, raw);
    await rename(built.rawZst, rawZst);
    return built.qcow2;
  });
  return { raw, rawZst, qcow2, sizeBytes: (await stat(raw)).size };
}

async function build(work: string, report: (line: string) => void): Promise<Omit<OsImage, 'sizeBytes'>> {
  const timed = async <T>(what: string, task: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await task();
    report(`os-image: ${what} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
  const root = join(work, 'root');
  const raw = join(work, 'os.raw');
  const coreImg = join(work, 'core.img');
  const bootImg = join(work, 'boot.img');
  await timed('mmdebstrap', () => unpackDebian(root, 'disk'));
  await timed('grub', () => makeGrub(root, work));
  const disk = await timed('disk', async () => {
    const rootMib = await makeRootFileSystem(root, join(work, 'root.ext4'));
    await makeDisk({ work, raw, rootMib });
    await installGrubBios({ disk: raw, bootImg, coreImg, coreLba: layoutMib.biosBoot * sectorsPerMib });
    return rootMib;
  });
  const rawZst = `${raw}.zst`;
  const qcow2 = join(work, 'os.qcow2');
  await timed('zstd', () => runProgram('zstd', ['-3', '-T2', '-q', '-f', raw, '-o', rawZst]));
  await timed('qcow2', () => runProgram('qemu-img', ['convert', '-c', '-O', 'qcow2', raw, qcow2]));
  const sizes = await Promise.all([raw, rawZst, qcow2].map(async path => (await stat(path)).size));
  report(
    `os-image: raw ${sizes.map(size => Math.round(size / mib)).join(' MiB, zst ')} MiB qcow2 (root ${disk})`,
  );
  return { raw, rawZst, qcow2 };
}

/** The root file system alone, ext4: what a layout and a boot loader are made for on the server. */
export async function obtainFileSystemImage(report: (line: string) => void): Promise<string> {
  return builtOnce(`root-${await recipeHash(recipeDir)}.ext4.zst`, async work => {
    const root = join(work, 'root');
    const image = join(work, 'root.ext4');
    await unpackDebian(root, 'file-system');
    const sizeMib = await makeRootFileSystem(root, image);
    await runProgram('zstd', ['-3', '-T2', '-q', image]);
    report(`os-image: root file system of ${sizeMib} MiB`);
    return `${image}.zst`;
  });
}

async function unpackDebian(root: string, variant: 'disk' | 'file-system'): Promise<void> {
  const lists = variant === 'disk' ? ['packages.txt'] : ['packages.txt', 'packages-file-system.txt'];
  const packages = (await Promise.all(lists.map(list => recipeLines(join(recipeDir, list))))).flat();
  // `customize.sh` makes the initramfs of a disk: Debian's own, at the kernel's installation, would be thrown away.
  await runProgram('env', [
    ...(variant === 'disk' ? ['INITRD=No'] : []),
    'mmdebstrap',
    '--quiet',
    '--variant=minbase',
    '--mode=root',
    '--aptopt=Apt::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    '--dpkgopt=path-exclude=/usr/share/locale/*',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    `--include=${packages.join(',')}`,
    `--customize-hook=${join(recipeDir, 'customize.sh')} ${recipeDir} ${variant} "$1"`,
    'bookworm',
    root,
  ]);
}

/** Everything GRUB needs ends in core.img (BIOS) or is Debian's signed binary (UEFI); its tools leave the image. */
async function makeGrub(root: string, work: string): Promise<void> {
  const [kernel] = (await readdir(join(root, 'boot'))).filter(name => name.startsWith('vmlinuz-'));
  if (kernel === undefined) throw new Error('the unpacked system has no kernel');
  const version = kernel.slice('vmlinuz-'.length);
  await mkdir(join(root, 'boot', 'grub'), { recursive: true });
  await writeFile(
    join(root, 'boot', 'grub', 'grub.cfg'),
    [
      'serial --unit=0 --speed=115200',
      'terminal_output serial',
      'set timeout=0',
      'echo LAB-GRUB platform=$grub_platform',
      `linux /boot/vmlinuz-${version} ${kernelArguments}`,
      `initrd /boot/initrd.img-${version}`,
      'boot',
      '',
    ].join('\n'),
  );
  const findRoot = 'search --no-floppy --label root --set=root\nset prefix=($root)/boot/grub\n';
  await writeFile(join(root, 'tmp', 'early.cfg'), findRoot);
  await writeFile(join(work, 'esp-grub.cfg'), `${findRoot}configfile $prefix/grub.cfg\n`);
  const modules =
    'biosdisk part_gpt ext2 search search_label normal configfile linux serial terminal echo boot';
  await runProgram(
    'chroot',
    [
      [root, 'grub-mkimage', '-O', 'i386-pc', '-o', '/tmp/core.img', '-p', '/boot/grub'],
      ['-c', '/tmp/early.cfg', ...modules.split(' ')],
    ].flat(),
  );
  const shim = join(root, 'usr/lib/shim/shimx64.efi.signed');
  const grub = join(root, 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed');
  await runProgram('mv', [join(root, 'tmp/core.img'), join(root, 'usr/lib/grub/i386-pc/boot.img'), work]);
  await runProgram('mv', [shim, join(work, 'shimx64.efi')]);
  await runProgram('mv', [grub, join(work, 'grubx64.efi')]);
  await rm(join(root, 'usr/lib/grub'), { recursive: true });
  await rm(join(root, 'tmp/early.cfg'));
}

/** Ext4 from the directory, a tenth larger than its content; returns its size in MiB. */
async function makeRootFileSystem(root: string, output: string): Promise<number> {
  const { stdout } = await runProgram('du', ['-sm', '--apparent-size', root]);
  const rootMib = Math.ceil((Number.parseInt(stdout, 10) * 1.15 + 48) / 8) * 8;
  await runProgram('mke2fs', ['-q', '-t', 'ext4', '-L', 'root', '-d', root, output, `${rootMib}M`]);
  return rootMib;
}

async function makeDisk(options: { work: string; raw: string; rootMib: number }): Promise<void> {
  const { work, raw, rootMib } = options;
  const esp = join(work, 'esp.fat');
  await writeFile(esp, '');
  await truncate(esp, layoutMib.espSize * mib);
  await runProgram('mkfs.fat', ['-F', '32', '-n', 'EFI', esp]);
  await runProgram('mmd', ['-i', esp, '::/EFI', '::/EFI/BOOT', '::/EFI/debian']);
  // As Debian installs itself, and once more under the removable-media name for firmware without a boot entry.
  const copies = [
    ['shimx64.efi', 'EFI/BOOT/BOOTX64.EFI'],
    ['grubx64.efi', 'EFI/BOOT/grubx64.efi'],
    ['shimx64.efi', 'EFI/debian/shimx64.efi'],
    ['grubx64.efi', 'EFI/debian/grubx64.efi'],
    ['esp-grub.cfg', 'EFI/debian/grub.cfg'],
  ] as const;
  for (const [source, target] of copies) {
    await runProgram('mcopy', ['-i', esp, join(work, source), `::/${target}`]);
  }
  await writeFile(raw, '');
  await truncate(raw, (layoutMib.root + rootMib + layoutMib.gptTail) * mib);
  const at = (startMib: number, sizeMib: number, type: string, name: string): string =>
    `start=${startMib * sectorsPerMib}, size=${sizeMib * sectorsPerMib}, type=${type}, name=${name}`;
  await runProgram('sfdisk', ['-q', raw], {
    input: [
      'label: gpt',
      at(layoutMib.biosBoot, 1, '21686148-6449-6E6F-744E-656564454649', 'bios'),
      at(layoutMib.esp, layoutMib.espSize, 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B', 'efi'),
      at(layoutMib.root, rootMib, '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', 'root'),
      '',
    ].join('\n'),
  });
  for (const [source, seek] of [
    [esp, layoutMib.esp],
    [join(work, 'root.ext4'), layoutMib.root],
  ] as const) {
    const arguments_ = [
      `if=${source}`,
      `of=${raw}`,
      'bs=1M',
      `seek=${seek}`,
      'conv=notrunc,sparse',
      'status=none',
    ];
    await runProgram('dd', arguments_);
  }
}

if (import.meta.main) {
  const image = await obtainOsImage(line => console.log(line));
  console.log(JSON.stringify(image));
}
