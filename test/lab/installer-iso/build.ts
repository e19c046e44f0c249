/**
 * A Debian 13 disc as the product imports it: the real installer for the network, its parts, and the packages of a small
 * system, in the tree of a netinst disc with an index signed by nobody. Kept as `.cache/lab/debian-<hash>.iso`, where the
 * hash is of this folder; the first time needs the network.
 *
 * Debian's own netinst discs have an initrd that looks for the disc and cannot use the network; this one has the initrd of
 * Debian's network installer where a full mirror has it.
 *
 * `node test/lab/installer-iso/build.ts` prints the path.
 */
import { copyFile, link, mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type DebianArchive, openDebianArchive } from '#assets/debian/archive.ts';
import { runProgram } from '../program.ts';
import { builtOnce, labCache, recipeHash } from '../recipe.ts';
import { baseSystem, installedSets, release } from './contents.ts';
import { collectInstaller } from './installer-parts.ts';
import { parseStanza, type Stanza, writeDists } from './package-index.ts';

/** The ISO, built if this recipe was not built on this machine before. */
export async function obtainInstallerIso(report: (line: string) => void): Promise<string> {
  return builtOnce(`debian-${await recipeHash(import.meta.dirname)}.iso`, work => build(work, report));
}

async function build(work: string, report: (line: string) => void): Promise<string> {
  const root = join(labCache, 'archive-trixie');
  const downloads = join(labCache, 'packages-trixie');
  const archive = await openDebianArchive({ root, release: release.codename, report });
  const tree = join(work, 'tree');
  const debs = await collectDebs(archive, downloads);
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
  const netboot = join(tree, 'install/netboot/debian-installer/amd64');
  await place(installer.kernel, join(netboot, 'linux'));
  await place(installer.initrd, join(netboot, 'initrd.gz'));
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

async function collectDebs(
  archive: DebianArchive,
  downloads: string,
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
