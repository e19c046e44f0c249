import { expect, it } from 'vitest';
import { bootImageOf, imagesWith, pathIn, withBootImage } from '#renderer/features/images/boot-files.ts';
import { formOfInstaller } from '#renderer/features/images/installer-form.ts';
import type { Image } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { anImage, anInstaller, imageId } from '#test/fakes/rows.ts';

const found = (code: Image['evidence'][number]['code'], path = '') => ({ code, values: { path } });
const iso = (digit: number, name: string, evidence: Image['evidence']): Image =>
  anImage({
    id: `99999999-9999-4999-8999-99999999999${digit}` as ImageId,
    name,
    kind: 'installer',
    evidence,
  });

const dvd = anImage({
  kind: 'installer',
  evidence: [
    found('installer.kernel', 'install.amd/vmlinuz'),
    found('installer.initrd', 'install.amd/initrd.gz'),
    found('installer.initrd_wants_disc', 'install.amd/initrd.gz'),
  ],
});
const netboot = iso(1, 'netboot.tar.gz', [
  found('installer.kernel', 'linux'),
  found('installer.initrd', 'initrd.gz'),
  found('installer.boot_files'),
]);
const kernelAlone = iso(2, 'linux', [found('installer.kernel', 'linux'), found('installer.boot_files')]);
const rocky = iso(3, 'Rocky', [
  found('installer.kernel', 'vmlinuz'),
  found('installer.initrd', 'initrd.img'),
]);
const form = formOfInstaller(anInstaller());

it('boot files are offered by ready images that have them, not by one whose initrd looks for a disc', () => {
  const importing = { ...netboot, id: imageId, state: 'importing' as const };
  const all = [rocky, dvd, kernelAlone, netboot];
  expect(imagesWith(all, 'kernel', dvd.id).map(({ name }) => name)).toEqual([
    'linux',
    'netboot.tar.gz',
    'Rocky',
  ]);
  expect(imagesWith(all, 'initrd', dvd.id).map(({ name }) => name)).toEqual(['netboot.tar.gz', 'Rocky']);
  expect(imagesWith([dvd, importing], 'initrd', rocky.id)).toEqual([]);
  expect(pathIn(dvd, 'initrd')).toBe('');
});

it('an image that has both gives both, one that has a kernel alone leaves the initrd as it is', () => {
  const both = withBootImage(form, 'initrd', netboot, dvd.id);
  expect(both).toMatchObject({ kernel: 'linux', initrd: 'initrd.gz' });
  expect([bootImageOf(both, 'kernel'), bootImageOf(both, 'initrd')]).toEqual([netboot.id, netboot.id]);
  const one = withBootImage(both, 'kernel', kernelAlone, dvd.id);
  expect([bootImageOf(one, 'kernel'), bootImageOf(one, 'initrd')]).toEqual([kernelAlone.id, netboot.id]);
});

it('the way back to the ISO itself leaves no other image named', () => {
  const both = withBootImage(form, 'kernel', netboot, dvd.id);
  const back = withBootImage(both, 'kernel', dvd, dvd.id);
  expect(back).toMatchObject({ kernel: 'install.amd/vmlinuz', initrdImageId: netboot.id });
  expect('kernelImageId' in back).toBe(false);
});
