import type { RenderedNetwork } from '#engine/identity/network/rendered-network.ts';
import type { DiskIdentity, InstallerFamily } from '#shared/contract/index.ts';
import type { AnswerFileAssets } from './answer-file-assets.ts';
import { quoteForShell } from './escaping.ts';
import { type InstallPlan, installedKernelArguments, withUnixLineEnds } from './install-plan.ts';

type Scripts = AnswerFileAssets['scripts'];

/** Defines `report WORD [DETAIL]`. */
export function reportScript(plan: InstallPlan, scripts: Scripts): string {
  return `hooks=${quoteForShell(plan.urls.hooks)}\n${scripts.report}`;
}

/**
 * Begins to tell what the installer logs to files only: its errors, and what its table of progress knows. Nothing for
 * those that send their log by syslog.
 */
export function forwardLogScript({ medium, logWords }: InstallPlan, scripts: Scripts): string {
  const files = loggedFiles[medium.family];
  if (files.length === 0) return '';
  const words = logWords.map(pattern).join('|');
  return [
    scripts.forwardLog.trimEnd(),
    ...files.map(({ path, lines }) => `forward_log ${path} ${quoteForShell(lines(words))}`),
    '',
  ].join('\n');
}

interface LoggedFile {
  readonly path: string;
  /** An extended regular expression, upper or lower case alike. `words` is one of the table's. */
  readonly lines: (words: string) => string;
}

/**
 * What YaST continues on a line without a date is its profile and the like (y2log.cc; levels: 3 error, 4 security,
 * 5 internal). Subiquity's own steps come by its webhook (subiquitycore/log.py); dpkg's lines tell that curtin goes on.
 */
const loggedFiles: Readonly<Record<InstallerFamily, readonly LoggedFile[]>> = {
  anaconda: [],
  'debian-installer': [],
  subiquity: [
    {
      path: '/var/log/installer/subiquity-server-debug.log',
      lines: () => '^[0-9, :-]+ (WARNING|ERROR|CRITICAL) ',
    },
    {
      path: '/var/log/installer/curtin-install.log',
      lines: words => `^(Unpacking|Setting up|E:) |(^|[^a-z])(error|failed|fatal|traceback)|${words}`,
    },
  ],
  autoyast: [{ path: '/var/log/YaST2/y2log', lines: words => `^[0-9-]+ [0-9:]+ <([3-5]>|.*(${words}))` }],
};

/** A phrase of a table for grep: what is more than ASCII counts as anything, whatever the installer's locale is. */
function pattern(words: string): string {
  return words.replace(/[.[\](){}?+|^$\\]/g, '\\$&').replace(/([^ -~]|\*)+/g, '.*');
}

/**
 * Sets `disk1` … to kernel names, or stops. An installer that goes on after a failed script of ours is kept waiting
 * instead: debian-installer shows a dialog that anybody may dismiss, AutoYaST only logs it.
 */
export function findDisksScript(plan: InstallPlan, scripts: Scripts): string {
  const waits = plan.medium.family === 'debian-installer' || plan.medium.family === 'autoyast';
  return [
    `after_refusal=${waits ? 'wait' : 'exit'}`,
    scripts.findDisks,
    `require_firmware ${plan.firmware}`,
    ...plan.disks.flatMap((disk, index) => [findDisk(disk), `disk${index + 1}=$found_disk`]),
    '',
  ].join('\n');
}

function findDisk({ name, model, serial, wwn, byPath, sizeBytes }: DiskIdentity): string {
  const label = [name, model, serial || wwn || byPath].filter(word => word !== '').join(' ');
  const words = [serial, wwn, byPath, String(sizeBytes), `the chosen one (${label})`];
  return `find_disk ${words.map(word => quoteForShell(scriptText(word))).join(' ')}`;
}

/** Firmware writes anything; what no answer file can carry was never a serial number that could be found again. */
function scriptText(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

/** Makes the installed system what the plan says. For a shell of its own: it ends with an error. */
export function setUpScript(plan: InstallPlan, scripts: Scripts, network: RenderedNetwork | null): string {
  return [
    scripts.setUpSystem,
    ...(network === null ? [] : networkLines(plan.medium.family, network)),
    ...resolverLines(plan),
    ...repositoryLines(plan),
    ...userLines(plan),
    ...bootLoaderLines(plan),
    'start_sshd_at_boot',
    ...plan.postScripts.flatMap(({ name, text }, index) => {
      const path = `/var/log/rackside/post-${index + 1}`;
      return [installFile(0o700, path, text), `run_script ${quoteForShell(name)} ${path}`];
    }),
    '',
  ].join('\n');
}

function installFile(mode: number, path: string, text: string): string {
  return `install_file ${mode.toString(8).padStart(4, '0')} ${quoteForShell(path)} <<'END'\n${barred(text)}\nEND`;
}

function barred(text: string): string {
  return withUnixLineEnds(text).replace(/\n$/, '').replace(/^/gm, '|');
}

/** What the installer wrote for its own network, before ours takes its place. */
const installersOwnFiles: Readonly<Record<InstallerFamily, readonly string[]>> = {
  anaconda: [
    '/etc/NetworkManager/system-connections/*.nmconnection',
    '/etc/sysconfig/network-scripts/ifcfg-[!l]*',
  ],
  'debian-installer': ['/etc/network/interfaces.d/*'],
  subiquity: ['/etc/netplan/*.yaml'],
  autoyast: ['/etc/sysconfig/network/ifcfg-[!l]*', '/etc/sysconfig/network/ifroute-*'],
};

function networkLines(family: InstallerFamily, { files, settings }: RenderedNetwork): string[] {
  return [
    `rm -f ${installersOwnFiles[family].join(' ')}`,
    ...files.map(({ path, text, mode }) => installFile(mode, `/${path}`, text)),
    ...settings.map(
      ({ path, name, value }) =>
        `set_sysconfig ${quoteForShell(`/${path}`)} ${quoteForShell(name)} ${quoteForShell(value)}`,
    ),
    // Else cloud-init writes its own netplan file at the first start.
    ...(family === 'subiquity'
      ? [
          installFile(
            0o644,
            '/etc/cloud/cloud.cfg.d/99-rackside-network.cfg',
            'network: {config: disabled}\n',
          ),
        ]
      : []),
  ];
}

/**
 * ifupdown hands its DNS servers to resolvconf or systemd-resolved, and Debian installs neither; what is there then is what
 * the installer itself was given by DHCP.
 */
function resolverLines({ medium, network }: InstallPlan): string[] {
  if (medium.family !== 'debian-installer' || network === null || network.dnsServers.length === 0) return [];
  const { dnsServers, searchDomains } = network;
  const search = searchDomains.length === 0 ? [] : [`search ${searchDomains.join(' ')}`];
  const lines = [...dnsServers.map(address => `nameserver ${address}`), ...search, ''];
  return [
    'if [ ! -L /etc/resolv.conf ]; then',
    installFile(0o644, '/etc/resolv.conf', lines.join('\n')),
    'fi',
  ];
}

/**
 * Anaconda checks no signatures while it installs (dnf_manager.py), and what it writes for `repo --install` says nothing of
 * them: then dnf.conf would refuse each unsigned package.
 */
function repositoryLines({ medium, repositories }: InstallPlan): string[] {
  if (medium.family === 'debian-installer')
    return repositories.map(({ url }) => `require_repository ${quoteForShell(url)}`);
  if (medium.family !== 'anaconda') return [];
  return repositories.map(({ name, url, checkSignatures }) => {
    const lines = [
      `[rackside-${name}]`,
      `name=${name}`,
      `baseurl=${url}`,
      'enabled=1',
      `gpgcheck=${checkSignatures ? 1 : 0}`,
      // An ISO of ours is there only as long as this program runs.
      'skip_if_unavailable=1',
    ];
    return installFile(0o644, `/etc/yum.repos.d/rackside-${name}.repo`, lines.join('\n'));
  });
}

function userLines({ rootPasswordHash, rootKeys, users }: InstallPlan): string[] {
  const authorize = (name: string, keys: readonly string[]): string[] =>
    keys.length === 0 ? [] : [`authorize ${name} <<'END'\n${barred(keys.join('\n'))}\nEND`];
  return [
    ...(rootPasswordHash === null ? [] : [`set_password root ${quoteForShell(rootPasswordHash)}`]),
    ...authorize('root', rootKeys),
    ...(rootKeys.length === 0 ? [] : ['let_root_log_in_by_key']),
    ...users.flatMap(({ name, fullName, passwordHash, keys, sudo }) => [
      `add_user ${name} ${quoteForShell(fullName)} ${quoteForShell(passwordHash ?? '')} ${sudo ? 'yes' : 'no'}`,
      ...authorize(name, keys),
    ]),
  ];
}

/** Anaconda and AutoYaST have words for it; Debian's and Ubuntu's grub-mkconfig reads this folder. */
function bootLoaderLines(plan: InstallPlan): string[] {
  const { family } = plan.medium;
  if (family !== 'debian-installer' && family !== 'subiquity') return [];
  const kernelArguments = installedKernelArguments(plan);
  const serial = serialConsole(plan);
  const text = [
    ...(kernelArguments === ''
      ? []
      : [`GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "${quoteForShell(kernelArguments)}`]),
    ...(serial === null
      ? []
      : [
          'GRUB_TERMINAL="console serial"',
          `GRUB_SERIAL_COMMAND="serial --unit=${serial.unit} --speed=${serial.speed}"`,
        ]),
  ].join('\n');
  if (text === '') return [];
  return [
    installFile(0o644, '/etc/default/grub.d/rackside.cfg', text),
    "step='the boot menu'",
    'update-grub',
  ];
}

/** The first serial console, for a boot loader. */
export function serialConsole({
  consoles,
}: Pick<InstallPlan, 'consoles'>): { unit: number; speed: number } | null {
  for (const text of consoles) {
    const [, unit, speed] = /^ttyS(\d+)(?:,(\d+))?/.exec(text) ?? [];
    if (unit !== undefined) return { unit: Number(unit), speed: Number(speed ?? 9600) };
  }
  return null;
}
