import type { DiscImage } from './disc-image.ts';
import {
  architectureOf,
  firstFile,
  isDirectory,
  isFile,
  type MediumCandidate,
  readText,
} from './medium-candidate.ts';

interface BootPair {
  readonly kernel: string;
  readonly initrd: string;
  readonly isUnique: boolean;
  /** It has no network retriever: it looks for a disc with its own packages. */
  readonly wantsDisc: boolean;
}

function inFolder(folder: string, kernel: string, kind: 'netboot' | 'disc', isUnique = true): BootPair {
  const prefix = folder === '' ? '' : `${folder}/`;
  return { kernel: prefix + kernel, initrd: `${prefix}initrd.gz`, isUnique, wantsDisc: kind === 'disc' };
}

/** debian-installer's kernel and initrd; those made for the network first, `linux` of a mini.iso last. */
const installerPairs: readonly BootPair[] = [
  ...['debian', 'ubuntu'].flatMap(name =>
    ['amd64', 'arm64'].map(arch => inFolder(`install/netboot/${name}-installer/${arch}`, 'linux', 'netboot')),
  ),
  inFolder('install.amd', 'vmlinuz', 'disc'),
  inFolder('install.a64', 'vmlinuz', 'disc'),
  inFolder('install', 'vmlinuz', 'disc', false),
  inFolder('', 'linux', 'netboot', false),
];

const casperPairs = [
  { kernel: 'casper/vmlinuz', initrd: 'casper/initrd' },
  { kernel: 'casper/hwe-vmlinuz', initrd: 'casper/hwe-initrd' },
  { kernel: 'casper/vmlinuz', initrd: 'casper/initrd.gz' },
] as const;

/** Layers of the live system that are mounted first. */
const casperSystems = [
  'casper/ubuntu-server-minimal.squashfs',
  'casper/minimal.squashfs',
  'casper/filesystem.squashfs',
];

interface DiskInfo {
  readonly path: string;
  readonly text: string;
}

/** Debian's own discs, and Ubuntu's from before the live server: debian-installer. */
export async function debianMedium(disc: DiscImage): Promise<MediumCandidate | undefined> {
  const pair = installerPairs.find(({ kernel, initrd }) => isFile(disc, kernel) && isFile(disc, initrd));
  if (pair === undefined) return undefined;
  const info = await diskInfo(disc);
  return {
    ...described(info, pair.kernel),
    family: 'debian-installer',
    kernel: pair.kernel,
    initrd: pair.initrd,
    stage2: undefined,
    hasPackages: isDirectory(disc, 'dists'),
    isUniqueLayout: pair.isUnique,
    initrdWantsDisc: pair.wantsDisc,
  };
}

/** Ubuntu's live server, and desktops since they have the same installer. Older desktops cannot be installed unattended. */
export async function ubuntuMedium(disc: DiscImage): Promise<MediumCandidate | undefined> {
  const pair = casperPairs.find(({ kernel, initrd }) => isFile(disc, kernel) && isFile(disc, initrd));
  if (pair === undefined) return undefined;
  const info = await diskInfo(disc);
  const names = disc.list('casper') ?? [];
  const hasSubiquity = names.some(
    name => name === 'install-sources.yaml' || /(^|\.)installer(\.|-|$)/.test(name.replace(/squashfs$/, '')),
  );
  const isServer = info !== undefined && /^ubuntu-server\b/i.test(info.text);
  if (!hasSubiquity && !isServer && info !== undefined) return undefined;
  const squashfs = names.filter(name => name.endsWith('.squashfs')).map(name => `casper/${name}`);
  return {
    ...described(info, ''),
    family: 'subiquity',
    kernel: pair.kernel,
    initrd: pair.initrd,
    stage2: firstFile(disc, [...casperSystems, ...squashfs]) ?? '',
    hasPackages: isDirectory(disc, 'dists'),
    isUniqueLayout: hasSubiquity,
    initrdWantsDisc: false,
  };
}

/** `Debian GNU/Linux 12.5.0 "Bookworm" - Official amd64 NETINST 20240210-11:27`, in a mini.iso under another name. */
async function diskInfo(disc: DiscImage): Promise<DiskInfo | undefined> {
  for (const path of ['.disk/info', '.disk/mini-info']) {
    const text = (await readText(disc, path))?.split('\n')[0]?.trim();
    if (text !== undefined && text !== '') return { path, text };
  }
  return undefined;
}

function described(
  info: DiskInfo | undefined,
  path: string,
): Pick<MediumCandidate, 'distribution' | 'version' | 'architecture' | 'metadata' | 'missing'> {
  const text = info?.text ?? '';
  const distribution = /^ubuntu/i.test(text) ? 'ubuntu' : /^debian/i.test(text) ? 'debian' : '';
  const byFolder = /install\.amd|amd64/.test(path)
    ? 'x86_64'
    : /install\.a64|arm64/.test(path)
      ? 'aarch64'
      : 'unknown';
  const stated = architectureOf(text);
  return {
    distribution: distribution === '' && path.includes('ubuntu-installer') ? 'ubuntu' : distribution,
    version: /\s(\d[\d.]*|testing|unstable|sid)\b/.exec(text)?.[1] ?? '',
    architecture: stated === 'unknown' ? byFolder : stated,
    metadata: { path: info?.path ?? '.disk/info', text: info?.text },
    missing: [],
  };
}
