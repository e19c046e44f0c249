import type { RenderedNetwork } from '#engine/identity/network/rendered-network.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { AnswerFileAssets } from './answer-file-assets.ts';
import { diskLayout } from './disk-layout.ts';
import { Rendered } from './escaping.ts';
import { type InstallPlan, installedKernelArguments } from './install-plan.ts';
import { findDisksScript, forwardLogScript, reportScript, serialConsole, setUpScript } from './scripts.ts';
import { autoyastDisk, autoyastDrives } from './storage/autoyast-drives.ts';
import { curtinDisk, curtinStorage } from './storage/curtin-storage.ts';
import { kickstartStorage } from './storage/kickstart-storage.ts';
import { partmanPlan } from './storage/partman-recipe.ts';

/** What a template sees: plain data, and blocks that are ready where a template would have to compute. */
export type AnswerView = Readonly<Record<string, unknown>>;

export function answerView(
  plan: InstallPlan,
  assets: AnswerFileAssets,
  network: RenderedNetwork | null,
): AnswerView {
  const { medium, urls, hostName, locale, keyboard } = plan;
  const [shortName = '', ...domain] = hostName.split('.');
  const [language = ''] = locale.split('.');
  const [layout, variant] = splitOnce(keyboard, '-');
  const { family, distribution, version, architecture } = medium;
  return {
    family,
    distribution,
    version,
    // Kylin calls itself V10.
    majorVersion: Number.parseInt(version.replace(/^\D+/, ''), 10) || 0,
    architecture,
    firmware: plan.firmware,
    host: { name: hostName, short: shortName, domain: domain.join('.') },
    rootPasswordHash: plan.rootPasswordHash ?? '',
    rootKeys: plan.rootKeys,
    users: plan.users.map(({ name, fullName, sudo, keys }) => ({ name, fullName, sudo, keys })),
    locale,
    language: language.split('@')[0],
    country: language.split('_')[1] ?? '',
    keyboard: { layout, variant, console: keyboard, suse: suseKeyboards[layout] ?? 'english-us' },
    timeZone: plan.timeZone,
    urls,
    mirror: mirrorOf(urls.repository, version),
    syslog: plan.syslog,
    packages: packagesOf(plan).filter(name => !/^[@^]/.test(name)),
    groups: packagesOf(plan)
      .filter(name => /^[@^]/.test(name))
      .map(name => name.replace(/^[@^]+/, '')),
    allPackages: packagesOf(plan),
    repositories: plan.repositories,
    product: suseProducts[distribution]?.name ?? '',
    modules: modulesOf(plan.medium),
    kernelArguments: installedKernelArguments(plan),
    serial: serialConsole(plan),
    provisioningMac: plan.provisioningMac,
    scripts: {
      report: new Rendered(reportScript(plan, assets.scripts)),
      forwardLog: new Rendered(forwardLogScript(plan, assets.scripts)),
      findDisks: new Rendered(findDisksScript(plan, assets.scripts)),
      setUp: new Rendered(setUpScript(plan, assets.scripts, network)),
    },
    ...storageView(plan, family),
  };
}

function storageView(plan: InstallPlan, family: InstallerFamily): AnswerView {
  const layout = diskLayout(plan);
  const count = plan.disks.length;
  const places = (of: (index: number) => string) =>
    plan.disks.map((_, index) => ({ variable: `disk${index + 1}`, placeholder: of(index) }));
  switch (family) {
    case 'anaconda':
      return { storage: new Rendered(kickstartStorage(layout, count)), disks: places(() => '') };
    case 'debian-installer': {
      const partman = partmanPlan(layout, count);
      return {
        partman: {
          ...partman,
          recipe: new Rendered(partman.recipe),
          raidRecipe: new Rendered(partman.raidRecipe),
        },
        disks: places(() => ''),
      };
    }
    case 'subiquity':
      return { storage: new Rendered(curtinStorage(layout, count)), disks: places(curtinDisk) };
    case 'autoyast':
      return { storage: new Rendered(autoyastDrives(layout, count)), disks: places(autoyastDisk) };
    default:
      return assertNever(family);
  }
}

/** What our own set-up needs in the installed system, in front of what a person asked for. */
function packagesOf({ medium, users, packages, network }: InstallPlan): string[] {
  const links = network?.links ?? [];
  const own: Readonly<Record<InstallerFamily, readonly string[]>> = {
    anaconda: ['@core', 'openssh-server'],
    // ifupdown makes VLANs by itself, bonds by ifenslave.
    'debian-installer': [
      'openssh-server',
      ...(links.some(({ kind }) => kind === 'bond') ? ['ifenslave'] : []),
    ],
    subiquity: ['openssh-server'],
    autoyast: ['openssh', 'curl'],
  };
  const sudo = users.some(user => user.sudo) ? ['sudo'] : [];
  return [...new Set([...own[medium.family], ...sudo, ...packages])];
}

/** A product and what belongs to it by default, as far as it lies in modules. */
const suseProducts: Readonly<Record<string, { readonly name: string; readonly modules: readonly string[] }>> =
  {
    sles: { name: 'SLES', modules: ['Module-Basesystem', 'Module-Server-Applications'] },
    sled: { name: 'SLED', modules: ['Module-Basesystem', 'Module-Desktop-Applications'] },
  };

/** AutoYaST takes no module of an ISO by itself; without the first there is no pattern `base` (SLE 15). */
function modulesOf({ distribution, modules = [], repository }: InstallPlan['medium']) {
  if (repository !== '') return [];
  return (suseProducts[distribution]?.modules ?? [])
    .filter(folder => modules.includes(folder))
    .map(folder => ({ folder, product: `sle-${folder.toLowerCase()}` }));
}

/** choose-mirror wants host with port, folder and suite apart. */
function mirrorOf(
  url: string,
  version: string,
): { host: string; folder: string; suite: string; protocol: string } {
  const [, protocol = 'http', host = '', folder = ''] = /^(https?):\/\/([^/]*)(.*)$/.exec(url) ?? [];
  const suite = debianSuites[Number.parseInt(version, 10)] ?? 'stable';
  return { protocol, host, folder: folder.replace(/\/+$/, '') || '/', suite };
}

/** An ISO has its own suite by this name, and `stable` as a link to it. */
const debianSuites: Readonly<Record<number, string>> = {
  10: 'buster',
  11: 'bullseye',
  12: 'bookworm',
  13: 'trixie',
};

/** YaST's own names of keyboards (yast-country, keyboards.rb). */
const suseKeyboards: Readonly<Record<string, string>> = {
  us: 'english-us',
  gb: 'english-uk',
  de: 'german',
  ch: 'german-ch',
  fr: 'french',
  es: 'spanish',
  it: 'italian',
  jp: 'japanese',
  cn: 'chinese',
  tw: 'taiwanese',
  kr: 'korean',
  ru: 'russian',
  se: 'swedish',
  no: 'norwegian',
  dk: 'danish',
  fi: 'finnish',
  nl: 'dutch',
  pl: 'polish',
  pt: 'portugese',
  br: 'portugese-br',
  cz: 'czech',
};

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
