import type { Store } from '#engine/store/store.ts';
import { CodedError, type Image, type InstallerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { headBytes } from './classify-head.ts';
import type { DiscImage } from './disc-image.ts';
import { kernelHead } from './kernel-head.ts';
import type { OpenDiscs } from './open-discs.ts';

export type InstallerInput = Omit<InstallerMedium, 'certainty'>;

interface Looked {
  readonly image: Image;
  readonly disc: DiscImage;
}

/**
 * What a person says of an ISO, held against its files and those of the images that kernel and initrd shall come from.
 * @throws CodedError `input.*`, `image.not_ready`, `image.wants_disc`, `image.other_kernel`
 */
export async function checkInstaller(
  store: Store,
  discs: OpenDiscs,
  id: ImageId,
  installer: InstallerInput,
): Promise<void> {
  const { kernel, initrd, kernelImageId = id, initrdImageId = id } = installer;
  const own = await look(store, discs, id);
  const kernelFrom = await look(store, discs, kernelImageId);
  const initrdFrom = await look(store, discs, initrdImageId);
  const wrong = [
    ...(isFile(kernelFrom.disc, kernel) ? [] : ['kernel']),
    ...(isFile(initrdFrom.disc, initrd) ? [] : ['initrd']),
    ...(own.disc.find(installer.repository)?.kind === 'directory' ? [] : ['repository']),
  ];
  if (wrong.length > 0)
    throw new CodedError('input.invalid', `not in the ISO: ${wrong.join(', ')}`, {
      issues: wrong.map(path => ({ path: `installer.${path}`, message: 'is not in the ISO' })),
    });
  // Of its own a person may know better than the import; another image is named only because it is for the network.
  if (initrdImageId !== id) refuseDiscInitrd(initrdFrom.image, initrd);
  if (installer.family === 'debian-installer' && kernelImageId !== id)
    await refuseOtherKernel(kernelFrom, kernel, moduleVersions(own.disc, installer.repository));
}

async function look(store: Store, discs: OpenDiscs, id: ImageId): Promise<Looked> {
  const image = store.images.find(id);
  if (image?.kind !== 'installer')
    throw new CodedError('input.not_found', 'no such ISO', { what: 'image', id });
  const disc = await discs.disc(id);
  if (disc === undefined)
    throw new CodedError('image.not_ready', 'the ISO is not there', { image: image.name });
  return { image, disc };
}

function isFile(disc: DiscImage, path: string): boolean {
  return path !== '' && disc.find(path)?.kind === 'file';
}

function refuseDiscInitrd({ name, evidence }: Image, path: string): void {
  const isForDisc = evidence.some(
    ({ code, values }) => code === 'installer.initrd_wants_disc' && values['path'] === path,
  );
  if (isForDisc) throw new CodedError('image.wants_disc', `${path} looks for a disc`, { image: name, path });
}

/** Debian's installer takes its modules for disks from the disc, and stands still where they are another kernel's. */
async function refuseOtherKernel(
  { image, disc }: Looked,
  path: string,
  versions: readonly string[],
): Promise<void> {
  const file = disc.find(path);
  const head = file?.kind === 'file' ? kernelHead(await disc.read(file, 0, headBytes)) : undefined;
  const kernel = head?.version ?? '';
  if (kernel === '' || versions.length === 0 || versions.includes(kernel)) return;
  const modules = versions.join(', ');
  throw new CodedError('image.other_kernel', `${kernel} is not ${modules}`, {
    image: image.name,
    kernel,
    modules,
  });
}

/** `pool/main/l/linux-signed-amd64/ext4-modules-6.1.0-18-amd64-di_6.1.76+1_amd64.udeb` */
function moduleVersions(disc: DiscImage, repository: string): string[] {
  const pool = `${repository}/pool/main/l`;
  const folders = (disc.list(pool) ?? []).filter(name => name.startsWith('linux'));
  const names = folders.flatMap(folder => disc.list(`${pool}/${folder}`) ?? []);
  return [...new Set(names.flatMap(name => /-modules-(\d.*)-di_.*\.udeb$/.exec(name)?.[1] ?? []))].sort();
}
