import { parseHostName } from '#engine/identity/host-name.ts';
import type { Store } from '#engine/store/store.ts';
import type {
  AnswerFileProblem,
  DiskIdentity,
  InstallerFamily,
  InstallerMedium,
  Node,
  Profile,
} from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { ImageId, NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { usableDisks } from '#shared/placement/disk-rules.ts';
import { firmwareOf } from '#shared/placement/firmware.ts';
import { provisioningMac } from '../../network-plan.ts';
import { requireNode } from '../../node-state.ts';
import type { AnswerFileAssets } from './answer-file/answer-file-assets.ts';
import type { InstallPlan } from './answer-file/install-plan.ts';
import { renderAnswerFile } from './answer-file/render-answer-file.ts';
import { profilePart, urlsOf } from './install-plan-of.ts';
import { wordsOf } from './progress/phrase-table.ts';
import { tableOf } from './progress/phrases-of.ts';

export interface PreviewRequest {
  readonly profile: Profile;
  readonly family: InstallerFamily;
  /** Null: a made-up server. */
  readonly nodeId: NodeId | null;
  readonly imageId: ImageId | null;
  /** Undefined: the profile's, or ours. */
  readonly templateText: string | undefined;
}

/** The answer file as a server would get it now, with everything that is wrong about it. Changes nothing. */
export function previewAnswerFile(store: Store, assets: AnswerFileAssets, request: PreviewRequest) {
  const { profile, family } = request;
  const template = request.templateText ?? store.profiles.text(profile.id, family, 'template');
  const rendered = renderAnswerFile({ plan: previewPlan(store, request), assets, template });
  return {
    text: rendered.text ?? '',
    problems: rendered.problems.map(
      ({ severity, code, values, line, reason }): AnswerFileProblem => ({
        severity,
        line: line ?? 0,
        code,
        values: { ...values },
        text: reason,
      }),
    ),
  };
}

/** Stored passwords leave the engine in no form: a hash can be guessed at. Nothing hashes to this one. */
const notShownHash = `$6$notshown$${'.'.repeat(86)}`;
const exampleMac = '52:54:00:00:00:01' as Mac;
const exampleDisk: DiskIdentity = {
  name: 'sda',
  model: 'EXAMPLE',
  serial: 'EXAMPLE-0001',
  wwn: '',
  byPath: '',
  sizeBytes: 480_000_000_000,
};
const exampleMedia: Readonly<Record<InstallerFamily, InstallerMedium>> = {
  anaconda: medium('anaconda', 'rocky', '9', 'images/pxeboot/vmlinuz', 'images/pxeboot/initrd.img'),
  'debian-installer': medium(
    'debian-installer',
    'debian',
    '12',
    'install.amd/vmlinuz',
    'install.amd/initrd.gz',
  ),
  subiquity: medium('subiquity', 'ubuntu', '24.04', 'casper/vmlinuz', 'casper/initrd'),
  autoyast: {
    ...medium('autoyast', 'sles', '15.6', 'boot/x86_64/loader/linux', 'boot/x86_64/loader/initrd'),
    modules: ['Module-Basesystem', 'Module-Server-Applications'],
  },
};

function medium(
  family: InstallerFamily,
  distribution: string,
  version: string,
  kernel: string,
  initrd: string,
): InstallerMedium {
  return {
    family,
    distribution,
    version,
    architecture: 'x86_64',
    kernel,
    initrd,
    repository: '',
    certainty: 'guess',
  };
}

function previewPlan(store: Store, { profile, family, nodeId, imageId }: PreviewRequest): InstallPlan {
  const node = nodeId === null ? undefined : requireNode(store, nodeId);
  const image = imageId === null ? undefined : store.images.find(imageId);
  const known = image?.installer?.family === family ? image.installer : undefined;
  const baseUrl = 'http://10.77.0.1:8088';
  const found = known ?? exampleMedia[family];
  return {
    medium: found,
    urls: urlsOf(baseUrl, image?.id ?? 'image', 'deployment', found),
    syslog: null,
    logWords: wordsOf(tableOf(family, store.profiles.text(profile.id, family, 'phrases'))),
    firmware: (node === undefined ? null : firmwareOf(node)) ?? 'uefi',
    disks: previewDisks(profile, node),
    hostName: previewHostName(node),
    rootPasswordHash: null,
    rootKeys: [],
    provisioningMac: (node === undefined ? undefined : provisioningMac(store, node)) ?? exampleMac,
    network: null,
    layout: profile.storage,
    ...profilePart(store, profile, baseUrl, name =>
      profile.users.some(user => user.name === name && user.hasPassword) ? notShownHash : undefined,
    ),
  };
}

/** As many as the layout wants: those that no rule leaves alone, else made-up ones. */
function previewDisks(profile: Profile, node: Node | undefined): DiskIdentity[] {
  const { usable } = usableDisks(node?.inventory?.disks ?? [], profile.diskRules);
  const level = profile.storage?.raidLevel ?? null;
  const count = level === null ? 1 : level === '10' ? 4 : 2;
  const madeUp = Array.from({ length: count }, (_, index) => ({
    ...exampleDisk,
    name: `sd${'abcd'.charAt(index)}`,
    serial: `EXAMPLE-000${index + 1}`,
  }));
  const own = usable.slice(0, count).map(identityOf);
  return own.length === count ? own : madeUp;
}

function previewHostName(node: Node | undefined) {
  const parsed = parseHostName(node?.name ?? 'example');
  if (parsed.ok) return parsed.value;
  const example = parseHostName('example');
  if (!example.ok) throw new Error('"example" is a host name');
  return example.value;
}
