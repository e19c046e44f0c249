/** A package of kernel modules for the installer, made from the package of its kernel. */
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DebianArchive, unpack } from '#assets/debian/archive.ts';
import { runProgram } from '../program.ts';
import { fileFields, parseStanza, type Stanza } from './package-index.ts';

export async function makeModuleUdeb(options: {
  readonly archive: DebianArchive;
  readonly downloads: string;
  readonly work: string;
  /** `6.12.117+deb13-amd64` */
  readonly version: string;
  /** Names that other parts of the installer ask for. */
  readonly provides: readonly string[];
  readonly names: readonly string[];
}): Promise<{ readonly stanza: Stanza; readonly file: string }> {
  const { archive, downloads, work, version, provides, names } = options;
  const root = join(work, 'kernel');
  await unpack(await archive.download([`linux-image-${version}`], downloads), root);
  const modules = join(root, 'usr/lib/modules', version);
  await runProgram('depmod', ['-b', join(root, 'usr'), version]);
  const tree = join(work, 'modules');
  for (const path of withDependencies(names, await readDependencies(modules))) {
    const target = join(tree, 'lib/modules', version, path);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(join(modules, path), target);
  }
  return pack({ tree, version, provides, work });
}

/** modules.dep: `path: path path`, all that one module needs on its line. */
async function readDependencies(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile(join(folder, 'modules.dep'), 'utf8');
  return new Map(
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const [path = '', others = ''] = line.split(':');
        return [path, [path, ...others.split(' ').filter(word => word !== '')]] as const;
      }),
  );
}

function withDependencies(
  names: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const plain = (name: string): string => name.replace(/\.ko(\.xz)?$/, '').replaceAll('-', '_');
  const paths = names.map(name => {
    const path = [...needs.keys()].find(each => plain(basename(each)) === plain(name));
    if (path === undefined) throw new Error(`this kernel has no module ${name}`);
    return path;
  });
  return new Set(paths.flatMap(path => needs.get(path) ?? []));
}

async function pack(options: {
  readonly tree: string;
  readonly version: string;
  readonly provides: readonly string[];
  readonly work: string;
}): Promise<{ readonly stanza: Stanza; readonly file: string }> {
  const { tree, version, provides, work } = options;
  const name = `storage-modules-${version}-di`;
  const control = [
    [`Package: ${name}`, 'Version: 1', 'Architecture: amd64', `Provides: ${provides.join(', ')}`],
    ['Maintainer: Rackside lab <lab@example.invalid>', 'Section: debian-installer', 'Priority: standard'],
    // anna takes only modules of the kernel that runs.
    [`Kernel-Version: ${version}`, 'Description: disks and file systems for this kernel', ''],
  ]
    .flat()
    .join('\n');
  const scripts = join(tree, 'DEBIAN');
  await mkdir(scripts, { recursive: true });
  await writeFile(join(scripts, 'control'), control);
  await writeFile(join(scripts, 'postinst'), `#!/bin/sh\ndepmod -a ${version} || true\n`);
  await chmod(join(scripts, 'postinst'), 0o755);
  const file = join(work, `${name}_1_amd64.udeb`);
  await runProgram('dpkg-deb', ['-Zxz', '-z1', '--root-owner-group', '--build', tree, file]);
  const filename = `pool/main/l/linux-signed-amd64/${basename(file)}`;
  const fields = [...parseStanza(control), ['Filename', filename] as const, ...(await fileFields(file))];
  return { stanza: new Map(fields), file };
}
