import { parsePasswordHash } from '#engine/identity/root-password.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type Deployment,
  type Image,
  type InstallerMedium,
  type Node,
  type Profile,
} from '#shared/contract/index.ts';
import { parseAuthorizedKeys, type SshPublicKey } from '#shared/contract/ssh-key.ts';
import { findAgain, identityOf } from '#shared/model/disk-identity.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { firmwareChanged, firmwareOf } from '#shared/placement/firmware.ts';
import { identityError, identityOfDeployment } from '../../config-drive.ts';
import { deploymentSecrets, passwordHash, userSecret } from '../../deployment-secrets.ts';
import { provisioningMac } from '../../network-plan.ts';
import { ownText } from '../storage-of.ts';
import type { InstalledUser, InstallPlan } from './answer-file/install-plan.ts';
import { wordsOf } from './progress/phrase-table.ts';
import { tableOf } from './progress/phrases-of.ts';

export { mediaOf } from '#engine/images/media-of.ts';

/** What a server gets that has no profile. */
const withoutProfile = {
  timeZone: 'Etc/UTC',
  locale: 'en_US.UTF-8',
  keyboard: 'us',
  packages: ['openssh-server'],
} as const;

export interface InstallSurroundings {
  /** `http://10.77.0.1:8088`, as this machine reaches us. */
  readonly baseUrl: string;
  readonly syslog: { readonly host: Ipv4; readonly port: number } | null;
}

export function mediumOf(image: Image): InstallerMedium {
  if (image.installer !== null) return image.installer;
  throw new CodedError('image.installer_unknown', `nobody knows the installer of "${image.name}"`, {
    image: image.name,
  });
}

/** All that the answer file of this deployment says. Throws where something of it is missing. */
export function installPlanOf(
  store: Store,
  deployment: Deployment,
  node: Node,
  image: Image,
  { baseUrl, syslog }: InstallSurroundings,
): InstallPlan {
  const request = store.deployments.request(deployment.id);
  const identity = identityOfDeployment(store, deployment, request, node);
  const medium = mediumOf(image);
  const changed = firmwareChanged(node);
  if (changed !== undefined) throw changed;
  const mac = provisioningMac(store, node);
  if (mac === undefined) throw new CodedError('node.no_port', 'no MAC address is known', { node: node.name });
  return {
    medium,
    urls: urlsOf(baseUrl, image.id, deployment.id, medium),
    syslog,
    logWords: wordsOf(tableOf(medium.family, ownText(request, medium.family, 'phrases'))),
    firmware: firmwareOf(node) ?? 'uefi',
    disks: chosenDisks(deployment, request, node),
    layout: request.storage ?? request.profile?.storage ?? null,
    hostName: identity.hostName,
    rootPasswordHash: identity.rootPasswordHash ?? null,
    rootKeys: identity.sshAuthorizedKeys,
    provisioningMac: mac,
    network: identity.network ?? null,
    ...profilePart(store, request.profile, baseUrl, name =>
      passwordHash(store, deploymentSecrets(deployment.id), userSecret(name), name),
    ),
  };
}

/** What a profile says, or what a server gets without one. */
export function profilePart(
  store: Store,
  profile: Profile | null,
  baseUrl: string,
  hashOf: (userName: string) => string | undefined,
) {
  return {
    users: usersOf(profile?.users ?? [], hashOf),
    timeZone: profile?.timeZone ?? withoutProfile.timeZone,
    locale: profile?.locale ?? withoutProfile.locale,
    keyboard: profile?.keyboard ?? withoutProfile.keyboard,
    packages: profile?.packages ?? withoutProfile.packages,
    repositories: repositoriesOf(profile, baseUrl),
    postScripts: profile?.postScripts ?? [],
    kernelArguments: profile?.kernelArguments ?? '',
    consoles: consolesOf(store.settings.get().kernelConsole),
  };
}

/** Ubuntu's installer loads the whole ISO, the others read files of it. */
export function urlsOf(
  baseUrl: string,
  imageId: string,
  deploymentId: string,
  medium: InstallerMedium,
): InstallPlan['urls'] {
  const media = `${baseUrl}/media/${imageId}`;
  const own = `${baseUrl}/install/${deploymentId}`;
  const tree = [media, medium.repository].filter(part => part !== '').join('/');
  return {
    media,
    repository: medium.family === 'subiquity' ? `${media}.iso` : tree,
    answerFile: `${own}/${answerFileName(medium)}`,
    hooks: `${own}/progress`,
  };
}

/** Under `/install/<deployment>/`. Ubuntu's is a folder of cloud-init's NoCloud. */
export function answerFileName({ family }: InstallerMedium): string {
  const names = {
    anaconda: 'ks.cfg',
    'debian-installer': 'preseed.cfg',
    subiquity: 'nocloud/',
    autoyast: 'autoinst.xml',
  } as const;
  return names[family];
}

/** As they are now: kernel names may have changed since somebody chose them. */
function chosenDisks(deployment: Deployment, request: StoredRequest, node: Node) {
  if (deployment.disk === null) throw new Error('choose-disk has not run');
  const disks = node.inventory?.disks ?? [];
  return [deployment.disk, ...request.raidDisks].map(identity => {
    const [found, ...more] = findAgain(identity, disks);
    if (found !== undefined && more.length === 0) return identityOf(found);
    throw new CodedError('deploy.no_disk', `${identity.name} is not found again`, {
      wanted: `${identity.model} ${identity.serial || identity.wwn || identity.byPath}`.trim(),
      disks: disks.map(identityOf),
    });
  });
}

function usersOf(users: Profile['users'], hashOf: (userName: string) => string | undefined): InstalledUser[] {
  return users.map(({ name, fullName, sshAuthorizedKeys, sudo }, index) => {
    const hash = hashOf(name);
    const parsed = hash === undefined ? undefined : parsePasswordHash(hash);
    return {
      name,
      fullName,
      sudo,
      keys: keysOf(sshAuthorizedKeys, `users.${index}.sshAuthorizedKeys`),
      passwordHash: parsed?.ok === true ? parsed.value : null,
    };
  });
}

/** Throws for one that is no key: without its own keys a user could not log in, and nobody would know why. */
function keysOf(texts: readonly string[], field: string): readonly SshPublicKey[] {
  const parsed = parseAuthorizedKeys(texts.join('\n'));
  if (parsed.ok) return parsed.value;
  throw identityError([{ field, ...parsed }]);
}

/** `image:<id>/path` is an ISO of the library. */
function repositoriesOf(profile: Profile | null, baseUrl: string): InstallPlan['repositories'] {
  return (profile?.repositories ?? []).map(repository => ({
    ...repository,
    url: repository.url.replace(/^image:/, `${baseUrl}/media/`),
  }));
}

/** `console=ttyS0,115200` of the settings. */
function consolesOf(kernelConsole: string): string[] {
  return kernelConsole
    .split(' ')
    .flatMap(word => (word.startsWith('console=') ? [word.slice('console='.length)] : []));
}
