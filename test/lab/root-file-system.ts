/** The image that is a root file system and no disk, and the profile that says what it comes to lie on. */
import type { Image, Profile, ProfileInput } from '#shared/contract/index.ts';
import { checkEqual } from './check.ts';
import type { Laptop } from './laptop.ts';
import { obtainFileSystemImage } from './os-image/build.ts';
import { createProfile, importImage } from './procedures.ts';
import type { LabRun } from './run.ts';

export async function importRootFileSystem(run: LabRun, { product }: Laptop): Promise<Image> {
  run.phase('image import');
  const image = await importImage(product, await obtainFileSystemImage(run.log), 'Lab root file system');
  checkEqual(run, 'what the image is', image.kind, 'file-system');
  return image;
}

export function profileWithLayout(
  { product }: Laptop,
  wishes: Pick<ProfileInput, 'name' | 'storage'> & Partial<ProfileInput>,
): Promise<Profile> {
  return createProfile(product, {
    ...wishes,
    kernelArguments: 'console=ttyS0,115200',
    rebuildInitramfs: true,
  });
}
