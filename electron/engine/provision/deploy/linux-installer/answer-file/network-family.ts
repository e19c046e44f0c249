import type { NetworkFamily } from '#engine/identity/network/render-network.ts';
import type { InstallerMedium } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';

/** What sets up the networks of the system that this medium installs. */
export function networkFamily(medium: InstallerMedium): NetworkFamily {
  switch (medium.family) {
    case 'anaconda':
      return readsKeyfiles(medium) ? 'nm' : 'ifcfg';
    case 'debian-installer':
      return 'eni';
    case 'subiquity':
      return 'netplan';
    case 'autoyast':
      return 'wicked';
    default:
      return assertNever(medium.family);
  }
}

/**
 * NetworkManager's own files are the default since RHEL 9 and Fedora 33; RHEL 10 knows nothing else. Every NetworkManager
 * reads them, so they are what a system of unknown version gets (`rawhide`, a disc that does not say).
 */
const firstWithKeyfiles: Readonly<Record<string, number>> = { fedora: 33, openeuler: 24, kylin: 11 };
const elsewhere = 9;

function readsKeyfiles({ distribution, version }: InstallerMedium): boolean {
  const major = Number.parseInt(version.replace(/^\D+/, ''), 10);
  return Number.isNaN(major) || major >= (firstWithKeyfiles[distribution.toLowerCase()] ?? elsewhere);
}
