import type { Image } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import type { InstallerForm } from './installer-form.ts';

/** What is booted of an ISO, and may lie in another image of the library. */
export const bootFiles = ['kernel', 'initrd'] as const;
export type BootFile = (typeof bootFiles)[number];

const idField = { kernel: 'kernelImageId', initrd: 'initrdImageId' } as const;

/** The image that a form takes the file from; null: the ISO itself. */
export function bootImageOf(form: InstallerForm, file: BootFile): ImageId | null {
  return form[idField[file]] ?? null;
}

/** Where an image has such a file, as its import found it; empty: it has none that boots over the network. */
export function pathIn(image: Image, file: BootFile): string {
  return file === 'initrd' && wantsDisc(image) ? '' : foundPath(image, file);
}

function foundPath({ evidence }: Image, file: BootFile): string {
  return String(evidence.find(({ code }) => code === `installer.${file}`)?.values['path'] ?? '');
}

/** It has no packages of its own. */
export function isForAnother({ evidence }: Image): boolean {
  return evidence.some(({ code }) => code === 'installer.boot_files');
}

export function wantsDisc({ evidence }: Image): boolean {
  return evidence.some(({ code }) => code === 'installer.initrd_wants_disc');
}

/** The other images from which the file may be taken, those that are nothing but boot files first. */
export function imagesWith(images: Iterable<Image>, file: BootFile, own: ImageId): readonly Image[] {
  return [...images]
    .filter(({ id, state, kind }) => id !== own && state === 'ready' && kind === 'installer')
    .filter(image => pathIn(image, file) !== '')
    .sort((a, b) => Number(isForAnother(b)) - Number(isForAnother(a)) || a.name.localeCompare(b.name));
}

/** Kernel and initrd belong together: another image that has both gives both. */
export function withBootImage(form: InstallerForm, file: BootFile, from: Image, own: ImageId): InstallerForm {
  const isOther = from.id !== own;
  const given = bootFiles.filter(each => each === file || (isOther && pathIn(from, each) !== ''));
  return given.reduce((changed, each) => withOne(changed, each, from, own), form);
}

function withOne(form: InstallerForm, file: BootFile, from: Image, own: ImageId): InstallerForm {
  const { [idField[file]]: _, ...rest } = form;
  return {
    ...rest,
    [file]: foundPath(from, file),
    ...(from.id === own ? {} : { [idField[file]]: from.id }),
  };
}
