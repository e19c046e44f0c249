import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Deployment, type Image, profileInput } from '#shared/contract/index.ts';
import { aProfile } from '#test/fakes/rows.ts';
import { openRack, until } from './rack-rig.ts';

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack();
});
afterEach(() => rack.close());

/** A tree like a Debian netinst's with the netboot initrd, made into an ISO by xorriso. */
function debianLikeIso(): string {
  const tree = join(rack.dataDir, 'tree');
  const files = {
    '.disk/info': 'Debian GNU/Linux 13.1.0 "Trixie" - Unofficial amd64 NETINST 20260101-00:00\n',
    'install/netboot/debian-installer/amd64/linux': 'kernel '.repeat(2000),
    'install/netboot/debian-installer/amd64/initrd.gz': 'initrd '.repeat(4000),
    'dists/trixie/Release': 'Suite: stable\nCodename: trixie\n',
    'pool/main/b/base.deb': 'package',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true });
    writeFileSync(join(tree, path), text);
  }
  const iso = join(rack.dataDir, 'debian.iso');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-R', '-J', '-V', 'DEBIAN', '-o', iso, tree], {
    stdio: 'ignore',
  });
  return iso;
}

/** A bare file system, without a partition table. */
function rootFileSystem(): string {
  const path = join(rack.dataDir, 'root.ext4');
  writeFileSync(path, '');
  truncateSync(path, 16 * 2 ** 20);
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-F', path]);
  return path;
}

async function imported(path: string): Promise<Image> {
  const { id } = await rack.client.images.import({ path });
  const images = await until(
    () => rack.client.images.list({}),
    found => found.every(({ state }) => state !== 'importing'),
  );
  const image = images.find(found => found.id === id);
  if (image === undefined) throw new Error('the image is gone');
  return image;
}

async function inspected() {
  const node = await rack.available();
  await rack.client.nodes.setProvisionState({ id: node.id, verb: 'inspect' });
  return rack.theNode(
    ({ provisionState, inventory }) => provisionState === 'available' && inventory !== null,
  );
}

async function deployed(image: Image, more: object = {}): Promise<Deployment> {
  const node = await inspected();
  const deployment = await rack.client.deployments.create({
    nodeId: node.id,
    imageId: image.id,
    disk: { by: 'hints', hints: { name: 'sda' } },
    hostName: 'web-01',
    ...more,
  });
  return rack.over(deployment);
}

/** That of the only server. */
function diskFile(): string {
  const folder = join(rack.dataDir, 'virtual-rack');
  const [disk] = readdirSync(folder).filter(name => name.endsWith('.disk'));
  return join(folder, disk ?? '');
}

function firstBytes(path: string, lengthBytes: number): Buffer {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(lengthBytes);
  readSync(file, bytes, 0, lengthBytes, 0);
  closeSync(file);
  return bytes;
}

const stepNames = ({ steps }: Deployment) =>
  steps.filter(({ state }) => state === 'done').map(({ name }) => name);

describe('an ISO of a distribution', () => {
  it('is recognised and installs a server by its own installer, which is served from the ISO as it is', async () => {
    const image = await imported(debianLikeIso());
    expect(image).toMatchObject({
      state: 'ready',
      kind: 'installer',
      installer: {
        family: 'debian-installer',
        distribution: 'debian',
        version: '13.1.0',
        kernel: 'install/netboot/debian-installer/amd64/linux',
        initrd: 'install/netboot/debian-installer/amd64/initrd.gz',
      },
    });
    const deployment = await deployed(image, { rootPassword: 'a pass phrase' });
    expect(deployment.error).toBeNull();
    expect(deployment).toMatchObject({ kind: 'linux-installer', state: 'succeeded' });
    const install = deployment.steps.find(({ name }) => name === 'install');
    expect(install?.phase).toMatchObject({ percent: 100, trouble: null });
    expect(await rack.theNode()).toMatchObject({ provisionState: 'active', bootTarget: 'disk' });
    const given = rack.events.filter(({ message }) => message === 'boot.installer_given');
    expect(given).toHaveLength(1);
    const fetched = rack.events.flatMap(({ message, details }) =>
      message === 'http.done' ? [String(details['path'])] : [],
    );
    expect(fetched).toContain(`/media/${image.id}/install/netboot/debian-installer/amd64/initrd.gz`);
    expect(fetched).toContain(`/install/${deployment.id}/preseed.cfg`);
  });

  it('whose installer fails says the installer’s last words', async () => {
    const image = await imported(debianLikeIso());
    const node = await inspected();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-fails' });
    const { id } = await rack.client.deployments.create({
      nodeId: node.id,
      imageId: image.id,
      disk: { by: 'hints', hints: { name: 'sda' } },
      hostName: 'web-01',
    });
    const failed = await rack.over(await rack.client.deployments.get({ id }));
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'deploy.installer_failed', details: { text: 'Input/output error' } },
    });
  });

  it('is not installed on a server whose disks nobody has seen', async () => {
    const image = await imported(debianLikeIso());
    const node = await rack.available();
    const request = {
      nodeId: node.id,
      imageId: image.id,
      disk: { by: 'hints', hints: { name: 'sda' } },
      hostName: 'web-01',
    } as const;
    const { blockers } = await rack.client.deployments.review(request);
    expect(blockers.map(({ code }) => code)).toContain('deploy.not_inspected');
    await expect(rack.client.deployments.create(request)).rejects.toMatchObject({
      code: 'deploy.not_inspected',
    });
  });

  it('can be corrected by a person, but only to files that are in it', async () => {
    const image = await imported(debianLikeIso());
    if (image.installer === null) throw new Error('it was not recognised');
    const { certainty: _, ...installer } = image.installer;
    const correct = (change: object) =>
      rack.client.images.correctInstaller({ id: image.id, installer: { ...installer, ...change } });
    await expect(correct({ kernel: 'nowhere/vmlinuz' })).rejects.toMatchObject({
      code: 'input.invalid',
      details: { issues: [{ path: 'installer.kernel' }] },
    });
    expect(await correct({ version: '13.2' })).toMatchObject({
      installer: { version: '13.2', certainty: 'corrected' },
    });
  });
});

it('a root file system goes onto a layout with rootvg, and the deployment says each step', async () => {
  const image = await imported(rootFileSystem());
  expect(image).toMatchObject({ kind: 'file-system', state: 'ready' });
  const deployment = await deployed(image);
  expect(deployment).toMatchObject({ kind: 'partition-image', state: 'succeeded' });
  expect(stepNames(deployment)).toEqual(
    expect.arrayContaining(['make-layout', 'write-root-file-system', 'install-boot-loader']),
  );
  expect(deployment.steps.filter(({ state }) => state === 'skipped').map(({ name }) => name)).toEqual([
    'probe-addresses',
    'set-boot-entry',
  ]);
});

it.each([
  ['config-drive', 'config-2'],
  ['nocloud', 'cidata'],
] as const)('a profile with %s gives the machine a drive labelled %s', async (identityDrive, label) => {
  const profile = await rack.client.profiles.create(profileInput.parse(aProfile({ identityDrive })));
  const node = await inspected();
  const image = await rack.theImage();
  const started = await rack.client.deployments.create({
    nodeId: node.id,
    imageId: image.id,
    profileId: profile.id,
    disk: { by: 'hints', hints: { name: 'sda' } },
    hostName: 'web-01',
  });
  const { steps } = await rack.over(started);
  const written = steps.find(({ name }) => name === 'write-config-drive');
  const offset = String(written?.evidence['startBytes']);
  const probed = execFileSync('blkid', ['-p', '-O', offset, '-o', 'value', '-s', 'LABEL', diskFile()], {
    encoding: 'utf8',
  });
  expect(probed).toBe(`${label}\n`);
});

it('a released server has its disk erased where that is wanted, and the disk reads as zeros', async () => {
  const deployment = await rack.over(await rack.deploy());
  expect(deployment.state).toBe('succeeded');
  const head = () => firstBytes(diskFile(), 2 ** 20);
  const zeros = Buffer.alloc(2 ** 20);
  expect(head().equals(zeros)).toBe(false);
  const node = await rack.theNode();
  await rack.client.nodes.update({ id: node.id, cleanOnRelease: true });
  const { disks } = await rack.client.nodes.reviewClean({ nodeId: node.id, method: 'metadata' });
  const confirmed = { name: node.name, disks };
  await rack.client.nodes.setProvisionState({ id: node.id, verb: 'deleted', confirmed });
  await rack.theNode(({ provisionState }) => provisionState === 'available');
  expect(head().equals(zeros)).toBe(true);
  expect((await rack.client.deployments.list({})).map(({ kind }) => kind).sort()).toEqual([
    'cleaning',
    'disk-image',
  ]);
});
