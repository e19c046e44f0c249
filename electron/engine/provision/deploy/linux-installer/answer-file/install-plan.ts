import type { HostName } from '#engine/identity/host-name.ts';
import type { NetworkModel } from '#engine/identity/network/model.ts';
import type { PasswordHash } from '#engine/identity/root-password.ts';
import type { DiskIdentity, InstallerMedium, Repository, StorageLayout } from '#shared/contract/index.ts';
import type { SshPublicKey } from '#shared/contract/ssh-key.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { minimumBytes } from '#shared/placement/disk-layout.ts';
import { badCharacter, badTextCharacter } from './characters.ts';
import { diskLayout } from './disk-layout.ts';
import { partmanPlan } from './storage/partman-recipe.ts';

/** All that the answer file of one machine says. Everything in it was checked; `installPlanProblems` looks at the rest. */
export interface InstallPlan {
  readonly medium: InstallerMedium;
  readonly urls: InstallUrls;
  /** Where the installer's log goes. */
  readonly syslog: { readonly host: Ipv4; readonly port: number } | null;
  /** What of its log means something, as in a table of progress. */
  readonly logWords: readonly string[];
  readonly firmware: 'bios' | 'uefi';
  /** The disk for the system, or the members of its RAID. No other disk is touched. */
  readonly disks: readonly DiskIdentity[];
  /** Null: ours, with `rootvg` and the distribution's own kind of file system. */
  readonly layout: StorageLayout | null;
  readonly hostName: HostName;
  readonly rootPasswordHash: PasswordHash | null;
  readonly rootKeys: readonly SshPublicKey[];
  readonly users: readonly InstalledUser[];
  readonly timeZone: string;
  readonly locale: string;
  readonly keyboard: string;
  readonly packages: readonly string[];
  /** Their URLs are `http(s)://…` here. */
  readonly repositories: readonly Repository[];
  /** The NIC through which the machine is installed, by DHCP. */
  readonly provisioningMac: Mac;
  /** Of the installed system. Null: what the distribution does by itself. */
  readonly network: NetworkModel | null;
  readonly postScripts: readonly { readonly name: string; readonly text: string }[];
  /** Of the installed system, like `consoles`. */
  readonly kernelArguments: string;
  /** `tty0`, `ttyS0,115200n8`; the last one becomes /dev/console. */
  readonly consoles: readonly string[];
}

export interface InstallUrls {
  /** The ISO's root, as a tree. */
  readonly media: string;
  /** The package tree. For Ubuntu's server installer: the ISO itself. */
  readonly repository: string;
  /** For Ubuntu: the folder of `user-data` and `meta-data`, with a slash at its end. */
  readonly answerFile: string;
  /** `<hooks>/<word>?detail=…` is asked for as the installation goes on. */
  readonly hooks: string;
}

export interface InstalledUser {
  readonly name: string;
  readonly fullName: string;
  readonly passwordHash: PasswordHash | null;
  readonly keys: readonly SshPublicKey[];
  /** May become root. */
  readonly sudo: boolean;
}

export type InstallPlanProblemCode =
  | 'bad_character' // character
  | 'bad_url'
  | 'bad_console'
  | 'no_suite'
  | 'no_disk'
  | 'wrong_disk_count' // needed, have
  | 'disk_too_small' // neededBytes, sizeBytes
  | 'boot_in_group'
  | 'dot_on_raid'; // mountPoint

export interface InstallPlanProblem {
  readonly path: readonly (string | number)[];
  readonly code: InstallPlanProblemCode;
  readonly values: Readonly<Record<string, string | number>>;
  readonly reason: string;
}

/** What no answer file could carry, or no disk hold. Empty: it can be rendered for every family. */
export function installPlanProblems(plan: InstallPlan): InstallPlanProblem[] {
  return [
    ...textProblems(plan),
    ...urlProblems(plan),
    ...suiteProblems(plan),
    ...layoutProblems(plan),
    ...diskProblems(plan),
  ];
}

/** A kernel argument passes a shell, GRUB's own language and three installers: only what means itself in all of them. */
const kernelArgumentText = /^[A-Za-z0-9_.,:=/@+~^-]$/;
const console_ = /^tty(S|AMA|USB)?\d{1,3}(,\d{2,7}([noe][5-8]r?)?)?$/;

function textProblems(plan: InstallPlan): InstallPlanProblem[] {
  const problems: InstallPlanProblem[] = [];
  const refuse = (path: InstallPlanProblem['path'], character: string | undefined): void => {
    if (character === undefined) return;
    const shown = JSON.stringify(character);
    problems.push({
      path,
      code: 'bad_character',
      values: { character: shown },
      reason: `${shown} is not possible here`,
    });
  };
  for (const [index, key] of plan.rootKeys.entries()) refuse(['rootKeys', index], badCharacter(key));
  for (const [index, { fullName, keys }] of plan.users.entries()) {
    // passwd(5) separates its fields by colons; useradd refuses them too.
    const colon = fullName.includes(':') ? ':' : undefined;
    refuse(['users', index, 'fullName'], badCharacter(fullName) ?? colon);
    for (const [at, key] of keys.entries()) refuse(['users', index, 'keys', at], badCharacter(key));
  }
  for (const [index, { name, text }] of plan.postScripts.entries()) {
    refuse(['postScripts', index, 'name'], badCharacter(name));
    refuse(['postScripts', index, 'text'], badTextCharacter(withUnixLineEnds(text)));
  }
  const argument = Array.from(plan.kernelArguments).find(c => c !== ' ' && !kernelArgumentText.test(c));
  refuse(['kernelArguments'], argument);
  for (const [index, text] of plan.consoles.entries())
    if (!console_.test(text))
      problems.push({
        path: ['consoles', index],
        code: 'bad_console',
        values: {},
        reason: `"${text}" is no console such as ttyS0,115200n8`,
      });
  return problems;
}

function urlProblems(plan: InstallPlan): InstallPlanProblem[] {
  const urls: [InstallPlanProblem['path'], string][] = [
    ...Object.entries(plan.urls).map(([name, url]): [string[], string] => [['urls', name], url]),
    ...plan.repositories.map(({ url }, index): [(string | number)[], string] => [
      ['repositories', index, 'url'],
      url,
    ]),
  ];
  return urls
    .filter(([, url]) => !/^https?:\/\/[A-Za-z0-9._~:/?@!&=+,%[\]-]{1,1000}$/.test(url))
    .map(([path]) => ({ path, code: 'bad_url', values: {}, reason: 'not an http(s) URL' }));
}

/** What an installer cannot do, and would say when the machine stands still or its disks are written. */
function layoutProblems(plan: InstallPlan): InstallPlanProblem[] {
  const { partitions, volumeGroup, raidLevel } = diskLayout(plan);
  const isBoot = (mountPoint: string) => mountPoint === '/boot';
  const mountPoints = partitions.map(({ mountPoint }) => mountPoint);
  // Anaconda's GRUB starts from partitions and arrays alone (bootloader/grub2.py, stage2_device_types).
  const isInGroup =
    volumeGroup?.volumes.some(({ mountPoint }) => isBoot(mountPoint)) === true ||
    !mountPoints.some(mountPoint => isBoot(mountPoint) || mountPoint === '/');
  if (plan.medium.family === 'anaconda' && isInGroup)
    return [
      {
        path: ['layout'],
        code: 'boot_in_group',
        values: {},
        reason: 'Anaconda starts no system whose /boot is in a volume group',
      },
    ];
  if (plan.medium.family !== 'debian-installer' || raidLevel === null) return [];
  // auto-raidcfg takes every dot for the end of an array.
  return mountPoints.flatMap((mountPoint, index) =>
    mountPoint.includes('.')
      ? [
          {
            path: ['layout', 'partitions', index, 'mountPoint'],
            code: 'dot_on_raid' as const,
            values: { mountPoint },
            reason: `debian-installer makes no array for ${mountPoint}: there is a dot in it`,
          },
        ]
      : [],
  );
}

function diskProblems(plan: InstallPlan): InstallPlanProblem[] {
  const layout = diskLayout(plan);
  const needed = layout.raidLevel === null ? 1 : layout.raidLevel === '10' ? 4 : 2;
  const have = plan.disks.length;
  if (have === 0) return [{ path: ['disks'], code: 'no_disk', values: {}, reason: 'no disk was chosen' }];
  if (have < needed || (layout.raidLevel === null && have > 1) || (layout.raidLevel === '10' && have % 2 > 0))
    return [
      {
        path: ['disks'],
        code: 'wrong_disk_count',
        values: { needed, have },
        reason: `${have} disks were chosen, the layout wants ${needed}`,
      },
    ];
  const neededBytes = Math.max(
    minimumBytes(layout, have),
    plan.medium.family === 'debian-installer' ? partmanPlan(layout, have).minimumBytes : 0,
  );
  return plan.disks.flatMap(({ sizeBytes }, index) =>
    sizeBytes >= neededBytes
      ? []
      : [
          {
            path: ['disks', index],
            code: 'disk_too_small' as const,
            values: { neededBytes, sizeBytes },
            reason: `the layout needs ${neededBytes} bytes, the disk has ${sizeBytes}`,
          },
        ],
  );
}

/** APT's line ends with a suite and a component; an exact path, which ends in `/`, has none (sources.list(5)). */
function suiteProblems({ medium, repositories }: InstallPlan): InstallPlanProblem[] {
  if (medium.family !== 'debian-installer' && medium.family !== 'subiquity') return [];
  return repositories.flatMap(({ name, suite }, index) => {
    const [path = '', ...components] = suite.trim().split(/ +/);
    if (path.endsWith('/') || (path !== '' && components.length > 0)) return [];
    return [
      {
        path: ['repositories', index, 'suite'],
        code: 'no_suite' as const,
        values: {},
        reason: `the repository "${name}" needs a suite and a component, such as "trixie main"`,
      },
    ];
  });
}

/** Windows editors write CRLF; a shell takes the CR for a part of the last word. */
export function withUnixLineEnds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** What the installed system's kernel is given. */
export function installedKernelArguments(plan: InstallPlan): string {
  const words = plan.kernelArguments.split(' ').filter(word => word !== '');
  return [...words, ...plan.consoles.map(device => `console=${device}`)].join(' ');
}
