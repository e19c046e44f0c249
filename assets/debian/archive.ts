import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from './run.ts';

/**
 * Debian packages by apt's own means, which check every signature and checksum, in a folder of our own: the machine's
 * sources and installed packages are neither read nor changed, no root is needed, and the result is the same on every
 * distribution that has apt. The machine's proxy settings (apt.conf.d) stay in force.
 */
export interface DebianArchiveOptions {
  /** Holds apt's lists between runs and is made when missing. */
  readonly root: string;
  readonly report: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** Debian 12 unless said otherwise. */
  readonly release?: 'bookworm' | 'trixie';
  /** Mirrors of the archive and of its security updates. */
  readonly mirror?: string;
  readonly securityMirror?: string;
  /** Asks for the lists also when those of the last hour are there. */
  readonly fresh?: boolean;
}

export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** The .deb. */
  readonly file: string;
}

export interface DebianArchive {
  /** Downloads the named packages into a folder; what lies there already is only checked again. */
  download(names: readonly string[], into: string): Promise<DebianPackage[]>;
  /** Those of the names that the archive has. */
  available(names: readonly string[]): Promise<string[]>;
  /** What a metapackage depends on directly. */
  dependencies(name: string): Promise<string[]>;
  /** All that an empty system gets when these are installed on it, without what is only recommended. */
  closure(names: readonly string[]): Promise<string[]>;
  /** What the archive's index says of each, in RFC 822 form. */
  stanzas(names: readonly string[]): Promise<string[]>;
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const components = 'main non-free-firmware';

export async function openDebianArchive(options: DebianArchiveOptions): Promise<DebianArchive> {
  refuseWithoutApt();
  const { root, signal } = options;
  for (const folder of ['sources', 'state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, 'sources/debian.sources'), sources(options));
  await writeFile(join(root, 'status'), '');
  // One at a time, whoever builds beside us: apt refuses when its lists are locked, and would write a .deb twice at once.
  const apt = (program: string, args: readonly string[], cwd = root): Promise<string> =>
    run('flock', ['--no-fork', join(root, 'lock'), program, ...aptOptions(root), ...args], {
      cwd,
      signal,
      env: { HOME: homedir() },
    });
  await update(apt, options);
  return {
    available: async names => {
      const known = new Set((await apt('apt-cache', ['pkgnames'])).split('\n'));
      return names.filter(name => known.has(name));
    },
    dependencies: async name =>
      [...(await apt('apt-cache', ['depends', name])).matchAll(/^\s+Depends: ([^<\s]+)$/gm)].flatMap(
        match => match[1] ?? [],
      ),
    closure: async names => {
      const uris = await apt('apt-get', [
        '-q',
        'install',
        '--no-install-recommends',
        '--print-uris',
        ...names,
      ]);
      return debFiles(uris).map(file => file.slice(0, file.indexOf('_')));
    },
    stanzas: async names =>
      (await apt('apt-cache', ['show', '--no-all-versions', ...names]))
        .split(/\n\n+/)
        .filter(stanza => stanza.startsWith('Package:')),
    download: async (names, into) => {
      await mkdir(into, { recursive: true });
      try {
        // Asked where no .deb lies: apt leaves out those that it finds in its working directory.
        const uris = await apt('apt-get', ['-q', 'download', '--print-uris', ...names]);
        await apt('apt-get', ['-q', 'download', ...names], into);
        return packagesOf(uris, names, into);
      } catch (cause) {
        // A package that the mirror has replaced since: the next run asks for the lists again.
        await rm(join(root, 'updated'), { force: true });
        throw cause;
      }
    },
  };
}

function refuseWithoutApt(): void {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb')) {
    throw new Error(
      'This needs Debian packages, and this machine has no apt-get and dpkg-deb. Run it once on a Debian or Ubuntu ' +
        'machine and copy the folders .cache/boot and .cache/ramdisk here.',
    );
  }
  if (!existsSync(keyring)) {
    throw new Error(`${keyring} is missing: install the package debian-archive-keyring.`);
  }
}

function sources({ mirror, securityMirror, release = 'bookworm' }: DebianArchiveOptions): string {
  const stanza = (uri: string, suites: string): string =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: ${components}\nArchitectures: amd64\nSigned-By: ${keyring}\n`;
  const env = process.env;
  return [
    stanza(
      mirror ?? env['RACKSIDE_DEBIAN_MIRROR'] ?? 'http://deb.debian.org/debian',
      `${release} ${release}-updates`,
    ),
    stanza(
      securityMirror ?? env['RACKSIDE_DEBIAN_SECURITY_MIRROR'] ?? 'http://deb.debian.org/debian-security',
      `${release}-security`,
    ),
  ].join('\n');
}

function aptOptions(root: string): string[] {
  const settings = {
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(root, 'sources'),
    'Dir::Etc::Preferences': '/dev/null',
    'Dir::Etc::PreferencesParts': '/dev/null',
    'Dir::State': join(root, 'state'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'APT::Architecture': 'amd64',
    'APT::Architectures': 'amd64',
    'APT::Get::List-Cleanup': 'false',
    'Acquire::Languages': 'none',
    // Otherwise root's apt downloads as a user who may not read our folder, and complains.
    'APT::Sandbox::User': userInfo().username,
  };
  return Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

const listsAreFreshMs = 3_600_000;

/** Without the network the lists of the last time will do; without any there is nothing to work with. */
async function update(
  apt: (program: string, args: readonly string[]) => Promise<string>,
  { root, report, signal, fresh = false }: DebianArchiveOptions,
): Promise<void> {
  const stamp = join(root, 'updated');
  const age = Date.now() - (await stat(stamp).catch(() => ({ mtimeMs: 0 }))).mtimeMs;
  if (!fresh && age >= 0 && age < listsAreFreshMs) return;
  report('asking the Debian archive for its package lists');
  try {
    await apt('apt-get', ['-q', 'update', '-o', 'APT::Update::Error-Mode=any']);
    await writeFile(stamp, '');
  } catch (cause) {
    signal?.throwIfAborted();
    const lists = await readdir(join(root, 'state/lists'));
    if (!lists.some(name => name.includes('_Packages'))) {
      throw new Error('the Debian archive cannot be reached, and there are no lists of an earlier time', {
        cause,
      });
    }
    report(`the Debian archive cannot be reached; the package lists of an earlier time are used`);
  }
}

/**
 * The files that apt itself chose, from lines `'URI' FILE SIZE CHECKSUM`: older versions may lie beside them. A .deb is
 * called name_version_architecture.deb, its version with `%3a` for the colon of an epoch.
 */
export function packagesOf(uris: string, names: readonly string[], folder: string): DebianPackage[] {
  const files = debFiles(uris);
  return names.map(name => {
    const file = files.find(found => found.startsWith(`${name}_`));
    const version = file?.split('_')[1];
    if (file === undefined || version === undefined) throw new Error(`apt-get download gave no ${name}`);
    return { name, version: decodeURIComponent(version), file: join(folder, file) };
  });
}

function debFiles(uris: string): string[] {
  return uris.split('\n').flatMap(line => /^'[^']+' (\S+\.deb) /.exec(line)?.[1] ?? []);
}

/** Unpacks packages over each other into one folder, without running anything of theirs. */
export async function unpack(
  packages: readonly DebianPackage[],
  into: string,
  signal?: AbortSignal,
): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const { file } of packages) await run('dpkg-deb', ['--extract', file, into], { signal });
}

/** Writes a file so that it is there as a whole or not at all. */
export async function installFile(path: string, content: Uint8Array | string): Promise<void> {
  const partial = `${path}.${process.pid}.new`;
  try {
    await writeFile(partial, content);
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined; // missing or half a file of a machine that crashed: as if it had never been
  }
}
