import type { DiscImage } from './disc-image.ts';
import {
  architectureOf,
  firstFile,
  isDirectory,
  type MediumCandidate,
  namedPath,
  readText,
} from './medium-candidate.ts';
import { type IniFile, parseIni } from './tree-info.ts';

/** What a release calls itself → os-release's ID. */
const distributions: readonly (readonly [pattern: RegExp, id: string])[] = [
  [/red hat enterprise linux|\brhel\b/i, 'rhel'],
  [/centos/i, 'centos'],
  [/rocky/i, 'rocky'],
  [/alma/i, 'almalinux'],
  [/fedora/i, 'fedora'],
  [/openeuler/i, 'openEuler'],
  [/kylin/i, 'kylin'],
  [/oracle|^ol\b/i, 'ol'],
  [/anolis/i, 'anolis'],
];

/** RHEL 7's, and that of every live system. */
const liveSystem = 'LiveOS/squashfs.img';
const stage2Files = ['images/install.img', liveSystem];
const packageFolders = ['repodata', 'BaseOS/repodata', 'Packages', 'Server/Packages'];

/**
 * RHEL, CentOS, Rocky, Alma, Fedora, openEuler, Kylin: `.treeinfo` (productmd), `.discinfo`, `images/pxeboot`. A live desktop
 * has the last one too, and its installer reads no kickstart file.
 */
export async function anacondaMedium(disc: DiscImage): Promise<MediumCandidate | undefined> {
  const treeInfoText = await readText(disc, '.treeinfo');
  const treeInfo = treeInfoText === undefined ? undefined : parseIni(treeInfoText);
  const stated = treeInfo === undefined ? await discInfo(disc) : treeInfoRelease(treeInfo);
  const release = stated ?? labelRelease(disc.label);
  const named = treeInfo === undefined ? {} : treeInfoFiles(treeInfo, release.architecture);
  const kernel = firstFile(disc, [namedPath(named.kernel), 'images/pxeboot/vmlinuz']);
  const initrd = firstFile(disc, [namedPath(named.initrd), 'images/pxeboot/initrd.img']);
  if (kernel === undefined || initrd === undefined) return undefined;
  const stage2 = firstFile(disc, [namedPath(named.stage2), ...stage2Files]) ?? '';
  const hasPackages = packageFolders.some(folder => isDirectory(disc, folder));
  if (stated === undefined && stage2 === liveSystem && !hasPackages) return undefined;
  const { name, version } = release;
  return {
    family: 'anaconda',
    distribution: distributions.find(([pattern]) => pattern.test(name))?.[1] ?? '',
    version,
    architecture: architectureOf(release.architecture),
    kernel,
    initrd,
    stage2,
    hasPackages,
    metadata: {
      path: treeInfo === undefined && stated !== undefined ? '.discinfo' : '.treeinfo',
      text: stated === undefined ? undefined : `${name} ${version} ${release.architecture}`,
    },
    missing: Object.values(named).filter(path => firstFile(disc, [namedPath(path)]) === undefined),
    isUniqueLayout: stage2 !== '' && stage2 !== liveSystem,
    initrdWantsDisc: false,
  };
}

interface Release {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
}

/** `[general]` is in every version of the format; `[release]` and `[tree]` came with version 1.0. */
function treeInfoRelease(treeInfo: IniFile): Release | undefined {
  const value = (section: string, key: string): string | undefined => treeInfo.get(section)?.get(key);
  const name = value('release', 'name') ?? value('general', 'family');
  if (name === undefined) return undefined;
  return {
    name,
    version: value('release', 'version') ?? value('general', 'version') ?? '',
    architecture: value('tree', 'arch') ?? value('general', 'arch') ?? '',
  };
}

function treeInfoFiles(
  treeInfo: IniFile,
  architecture: string,
): { kernel?: string; initrd?: string; stage2?: string } {
  const images = treeInfo.get(`images-${architecture}`);
  const [kernel, initrd] = [images?.get('kernel'), images?.get('initrd')];
  const stage2 = treeInfo.get('stage2')?.get('mainimage');
  return {
    ...(kernel === undefined ? {} : { kernel }),
    ...(initrd === undefined ? {} : { initrd }),
    ...(stage2 === undefined ? {} : { stage2 }),
  };
}

/** Lines: when it was made, name and version, architecture, numbers of the discs. */
async function discInfo(disc: DiscImage): Promise<Release | undefined> {
  const lines = (await readText(disc, '.discinfo'))?.split(/\r?\n/) ?? [];
  const [, title, architecture] = lines;
  if (title === undefined || title.trim() === '') return undefined;
  const version = /\b(V?\d+(?:\.\d+)*(?:[-_ ](?:LTS|SP\d+))*)/.exec(title);
  return {
    name: title.slice(0, version?.index ?? title.length).trim(),
    version: version?.[1] ?? '',
    architecture: architecture?.trim() ?? '',
  };
}

/** `Fedora-E-dvd-x86_64-40`, `RHEL-9-4-0-BaseOS-x86_64`, `Rocky-9-4-x86_64-dvd`, `CentOS 7 x86_64`. */
function labelRelease(label: string): Release {
  const [architecture = ''] = /x86_64|aarch64/i.exec(label) ?? [];
  const [, major = '', minor] =
    /(?<![A-Za-z\d])(\d+)(?:[.-](\d+))?/.exec(label.replace(architecture, '')) ?? [];
  return { name: label, version: minor === undefined ? major : `${major}.${minor}`, architecture };
}
