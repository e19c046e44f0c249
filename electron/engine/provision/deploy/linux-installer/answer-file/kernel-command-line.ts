import { assertNever } from '#shared/model/assert-never.ts';
import { type Mac, macHyphenated } from '#shared/model/mac.ts';
import type { InstallPlan } from './install-plan.ts';

export type InstallerArguments =
  | { readonly ok: true; readonly tokens: readonly string[] }
  | { readonly ok: false; readonly token: string; readonly reason: string };

/** What the installer's kernel is started with, a word each. */
export function installerArguments(plan: InstallPlan): InstallerArguments {
  const tokens = [...familyTokens(plan), ...plan.consoles.map(device => `console=${device}`)];
  // iPXE expands `${`, GRUB and the kernel read quotes and backslashes, all of them split at blanks.
  const bad = tokens.find(token => !/^[A-Za-z0-9_.,:;=/@+~?*&%[\]-]+$/.test(token));
  if (bad !== undefined)
    return {
      ok: false,
      token: bad,
      reason: `${JSON.stringify(bad)} cannot stand on a kernel's command line`,
    };
  return { ok: true, tokens };
}

function familyTokens(plan: InstallPlan): string[] {
  switch (plan.medium.family) {
    case 'anaconda':
      return anaconda(plan);
    case 'debian-installer':
      return debianInstaller(plan);
    case 'subiquity':
      return subiquity(plan);
    case 'autoyast':
      return autoyast(plan);
    default:
      return assertNever(plan.medium.family);
  }
}

function bootInterface(mac: Mac): string {
  return `BOOTIF=01-${macHyphenated(mac)}`;
}

/**
 * dracut's network follows BOOTIF; `ksdevice` is what RHEL 7's Anaconda calls the same. The installer itself lies below the
 * ISO's root (anaconda-lib.sh fetches `.treeinfo`, `images/install.img` there), wherever the packages are.
 */
function anaconda({ urls, syslog, provisioningMac }: InstallPlan): string[] {
  return [
    `inst.ks=${urls.answerFile}`,
    `inst.repo=${urls.repository}`,
    `inst.stage2=${urls.media}`,
    'ip=dhcp',
    bootInterface(provisioningMac),
    'ksdevice=bootif',
    'inst.text',
    // Else all of it is copied to /root/original-ks.cfg, hashes of passwords and scripts too. RHEL 7 knows no such word.
    'inst.nosave=input_ks',
    ...(syslog === null ? [] : [`inst.syslog=${syslog.host}:${syslog.port}`]),
  ];
}

/**
 * What is asked for before the preseed file can be fetched: the NIC and the names. netcfg takes a MAC address for
 * `interface`. Syslog is read from here by the installer's first scripts, before any question.
 */
function debianInstaller({ urls, syslog, provisioningMac, hostName }: InstallPlan): string[] {
  const [short = '', ...domain] = hostName.split('.');
  return [
    'auto=true',
    'priority=critical',
    `url=${urls.answerFile}`,
    `interface=${provisioningMac}`,
    `hostname=${short}`,
    // An empty one is an answer too.
    `domain=${domain.join('.')}`,
    'netcfg/dhcp_timeout=60',
    // A wire between a laptop and its servers has no way out and no name server; where DHCP gives them, they count.
    'netcfg/no_default_route=true',
    'netcfg/get_nameservers=',
    ...(syslog === null ? [] : [`log_host=${syslog.host}`, `log_port=${syslog.port}`]),
  ];
}

/**
 * `cloud-config-url`: cloud-init takes `url=` for its own too, and would load the whole ISO once more as a cloud-config
 * (canonical/cloud-init#6836).
 */
function subiquity({ urls, provisioningMac }: InstallPlan): string[] {
  return [
    'ip=dhcp',
    bootInterface(provisioningMac),
    `url=${urls.repository}`,
    'autoinstall',
    `ds=nocloud;s=${urls.answerFile}`,
    'cloud-config-url=/dev/null',
  ];
}

/**
 * linuxrc takes a word with `*` for a pattern that names or MAC addresses may fit, and only such a one for a MAC address;
 * `netsetup` alone is not enough since SLES 12 (bsc#932692). The installer itself, `instsys`, is looked for below
 * `install` unless it is named (linuxrc_repo.md). No `loghost`: with it YaST sends all that it logs, its profile with hashes
 * of passwords too (startup/common/logging.sh); forward-log.sh tells what may be told.
 */
function autoyast({ medium, urls, provisioningMac }: InstallPlan): string[] {
  const [folder] = /^boot\/[^/]+/.exec(medium.kernel) ?? [];
  const isElsewhere = urls.repository !== urls.media && folder !== undefined;
  return [
    `autoyast=${urls.answerFile}`,
    `install=${urls.repository}`,
    ...(isElsewhere ? [`instsys=${urls.media}/${folder}/root`] : []),
    bootInterface(provisioningMac),
    `ifcfg=${provisioningMac}*=dhcp`,
    'textmode=1',
  ];
}
