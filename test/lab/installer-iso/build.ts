/**
 * A Debian 13 disc as the product imports it: the real installer for the network, its parts, and the packages of a small
 * system, in the tree of a netinst disc with an index signed by nobody. Kept as `.cache/lab/debian-<hash>.iso`, where the
 * hash is of this folder; the first time needs the network.
 *
 * Debian's own netinst discs have an initrd that looks for the disc and cannot use the network; this one has the initrd of
 * Debian's network installer where a full mirror has it. In Debian's own layout it has none for the network: then it is booted
 * with the netboot.tar.gz that Debian has beside its discs, which is made here too.
 *
 * `node test/lab/installer-iso/build.ts` prints the path.
 */
import { copyFile, link, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DebianArchive, openDebianArchive } from '#assets/debian/archive.ts';
import { runProgram } from '../program.ts';
import { builtOnce, labCache, recipeHash } from '../recipe.ts';
import { baseSystem, installedSets, release } from './contents.ts';
import { collectInstaller, type InstallerParts, unpackNetboot } from './installer-parts.ts';
import { parseStanza, type Stanza, writeDists } from './package-index.ts';

type Layout = 'with-netboot' | 'as-debian';

/** The ISO, built if this recipe was not built on this machine before. */
export async function obtainInstallerIso(
  report: (line: string) => void,
  layout: Layout = 'with-netboot',
): Promise<string> {
  const hash = await recipeHash(import.meta.dirname);
  const name = layout === 'with-netboot' ? `debian-${hash}.iso` : `debian-${layout}-${hash}.iso`;
  return builtOnce(name, work => build(work, layout, report));
}

/** Debian's netboot.tar.gz of the same release. */
export async function obtainNetboot(report: (line: string) => void): Promise<string> {
  const hash = await recipeHash(import.meta.dirname);
  return builtOnce(`netboot-${hash}.tar.gz`, async work => {
    const file = join(work, 'netboot.tar.gz');
    const { images } = await unpackNetboot({ archive: await openArchive(report), downloads, work });
    await runProgram('tar', ['-czf', file, '-C', images, '.']);
    return file;
  });
}

const downloads = join(labCache, 'packages-trixie');

function openArchive(report: (line: string) => void): Promise<DebianArchive> {
  return openDebianArchive({ root: join(labCache, 'archive-trixie'), release: release.codename, report });
}

async function build(work: string, layout: Layout, report: (line: string) => void): Promise<string> {
  const archive = await openArchive(report);
  const tree = join(work, 'tree');
  const debs = await collectDebs(archive);
  report(`installer-iso: ${debs.length} packages for the installed system`);
  const installer = await collectInstaller({ archive, downloads, work, report });
  for (const { stanza, file } of [...debs, ...installer.udebs])
    await place(file, join(tree, stanza.get('Filename') ?? ''));
  await writeDists({
    tree,
    ...release,
    debs: debs.map(({ stanza }) => withPriority(stanza)),
    udebs: installer.udebs.map(({ stanza }) => stanza),
  });
  await placeInstaller(tree, layout, installer);
  await mkdir(join(tree, '.disk'));
  const { codename, version } = release;
  const name = `${codename[0]?.toUpperCase()}${codename.slice(1)}`;
  await writeFile(
    join(tree, '.disk/info'),
    `Debian GNU/Linux ${version} "${name}" - Rackside lab amd64 NETINST\n`,
  );
  const iso = join(work, 'debian.iso');
  const volume = `Debian ${version} amd64 n`;
  await runProgram('xorriso', [
    '-as',
    'mkisofs',
    '-quiet',
    '-R',
    '-J',
    '-joliet-long',
    '-V',
    volume,
    '-o',
    iso,
    tree,
  ]);
  report(`installer-iso: ${Math.round((await stat(iso)).size / 1024 ** 2)} MiB`);
  return iso;
}

async function placeInstaller(
  tree: string,
  layout: Layout,
  { kernel, initrd }: InstallerParts,
): Promise<void> {
  if (layout === 'as-debian') {
    await place(kernel, join(tree, 'install.amd/vmlinuz'));
    // No package has Debian's initrd for discs, and nobody shall boot it.
    await writeFile(join(tree, 'install.amd/initrd.gz'), 'looks for a disc\n');
    return;
  }
  const netboot = join(tree, 'install/netboot/debian-installer/amd64');
  await place(kernel, join(netboot, 'linux'));
  await place(initrd, join(netboot, 'initrd.gz'));
}

async function collectDebs(
  archive: DebianArchive,
): Promise<readonly { readonly stanza: Stanza; readonly file: string }[]> {
  const [first = [], ...others] = installedSets;
  const sets = [[...baseSystem, ...first], ...others];
  const names = new Set<string>();
  for (const set of sets) for (const name of await archive.closure(set)) names.add(name);
  const stanzas = (await archive.stanzas([...names])).map(parseStanza);
  const files = new Map(
    (await archive.download([...names], downloads)).map(({ name, file }) => [name, file]),
  );
  return stanzas.map(stanza => {
    const file = files.get(stanza.get('Package') ?? '');
    if (file === undefined) throw new Error(`no file for ${stanza.get('Package')}`);
    return { stanza, file };
  });
}

function withPriority(stanza: Stanza): Stanza {
  const name = stanza.get('Package') ?? '';
  if (stanza.get('Priority') !== 'important' || baseSystem.includes(name)) return stanza;
  return new Map([...stanza, ['Priority', 'optional']]);
}

async function place(file: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await link(file, target).catch(() => copyFile(file, target));
}

if (import.meta.main) console.log(basename(await obtainInstallerIso(line => console.log(line))));
