import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkInstaller, type InstallerInput } from '#engine/images/check-installer.ts';
import type { DiscImage } from '#engine/images/disc-image.ts';
import type { OpenDiscs } from '#engine/images/open-discs.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { anImage, anInstaller, imageId } from '#test/fakes/rows.ts';
import { discOf, madeDisc } from './made-disc.ts';
import { madeKernel } from './made-kernel.ts';

const netbootId = '99999999-9999-4999-8999-999999999999' as ImageId;
const wantsDisc = {
  code: 'installer.initrd_wants_disc',
  values: { path: 'install.amd/initrd.gz' },
} as const;
const module = (version: string) =>
  `pool/main/l/linux-signed-amd64/ext4-modules-${version}-di_6.1.76+1_amd64.udeb`;

let store: Store;
let discs: Map<ImageId, DiscImage>;
beforeEach(async () => {
  store = openStore(':memory:', new Uint8Array(32));
  const kind = 'installer';
  store.images.save({
    ...anImage({ kind, installer: anInstaller(), evidence: [wantsDisc] }),
    sourcePath: '/x',
  });
  store.images.save({ ...anImage({ id: netbootId, name: 'netboot', kind }), sourcePath: '/y' });
  const files = ['install.amd/vmlinuz', 'install.amd/initrd.gz', 'dists/x', module('6.1.0-18-amd64')];
  discs = new Map([
    [imageId, await madeDisc(files)],
    [netbootId, await netbootDisc('6.1.0-18-amd64')],
  ]);
});
afterEach(() => store.close());

const netbootDisc = (version: string) =>
  discOf(
    buildIso(
      [
        { path: 'linux', bytes: madeKernel(version) },
        { path: 'initrd.gz', bytes: Buffer.from('i') },
      ],
      { label: 'NETBOOT', createdAtMs: 0 },
    ),
  );

const netboot: InstallerInput = {
  family: 'debian-installer',
  distribution: 'debian',
  version: '12.5.0',
  architecture: 'x86_64',
  kernel: 'linux',
  initrd: 'initrd.gz',
  repository: '',
  kernelImageId: netbootId,
  initrdImageId: netbootId,
};

const checked = (change: Partial<InstallerInput> = {}) => {
  const open = { disc: async (id: ImageId) => discs.get(id) } as unknown as OpenDiscs;
  return checkInstaller(store, open, imageId, { ...netboot, ...change });
};

it("Debian's disc takes kernel and initrd from another image of the same release", async () => {
  await expect(checked()).resolves.toBeUndefined();
});

it('a kernel that the modules on the disc are not for is refused with both versions', async () => {
  discs.set(netbootId, await netbootDisc('6.1.0-22-amd64'));
  await expect(checked()).rejects.toMatchObject({
    code: 'image.other_kernel',
    details: { image: 'netboot', kernel: '6.1.0-22-amd64', modules: '6.1.0-18-amd64' },
  });
  discs.set(imageId, await madeDisc([module('6.1.0-18-amd64'), module('6.1.0-22-amd64')]));
  await expect(checked()).resolves.toBeUndefined();
});

it('where the kernel or the disc names no version nobody is kept from it', async () => {
  discs.set(netbootId, await madeDisc(['linux', 'initrd.gz']));
  await expect(checked()).resolves.toBeUndefined();
  discs.set(netbootId, await netbootDisc('6.1.0-22-amd64'));
  discs.set(imageId, await madeDisc(['dists/x']));
  await expect(checked()).resolves.toBeUndefined();
});

it('each file is looked up in the image that it shall come from', async () => {
  const missing = (...paths: string[]) => ({
    code: 'input.invalid',
    details: { issues: paths.map(path => expect.objectContaining({ path: `installer.${path}` })) },
  });
  await expect(checked({ kernel: 'install.amd/vmlinuz' })).rejects.toMatchObject(missing('kernel'));
  const { kernelImageId: _k, initrdImageId: _i, ...own } = netboot;
  const open = { disc: async (id: ImageId) => discs.get(id) } as unknown as OpenDiscs;
  await expect(checkInstaller(store, open, imageId, own)).rejects.toMatchObject(missing('kernel', 'initrd'));
});

it('an image that is no ISO, is not there, or has itself an initrd that looks for a disc gives nothing', async () => {
  store.images.save({ ...anImage({ id: netbootId, name: 'netboot', kind: 'whole-disk' }), sourcePath: '/y' });
  await expect(checked()).rejects.toMatchObject({ code: 'input.not_found', details: { id: netbootId } });
  const other = anImage({ id: netbootId, name: 'dvd', kind: 'installer', evidence: [wantsDisc] });
  store.images.save({ ...other, sourcePath: '/y' });
  discs.set(netbootId, await madeDisc(['install.amd/vmlinuz', 'install.amd/initrd.gz']));
  const paths = { kernel: 'install.amd/vmlinuz', initrd: 'install.amd/initrd.gz' };
  await expect(checked(paths)).rejects.toMatchObject({ code: 'image.wants_disc', details: { image: 'dvd' } });
  discs.delete(netbootId);
  await expect(checked(paths)).rejects.toMatchObject({ code: 'image.not_ready', details: { image: 'dvd' } });
});
