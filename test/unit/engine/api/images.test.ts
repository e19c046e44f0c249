import { afterEach, beforeEach, expect, it } from 'vitest';
import { imageHandlers } from '#engine/api/images.ts';
import type { ImageLibrary } from '#engine/images/image-library.ts';
import type { OpenDiscs } from '#engine/images/open-discs.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { InstallerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { anImage, anInstaller, imageId } from '#test/fakes/rows.ts';
import { madeDisc } from '#test/unit/engine/images/made-disc.ts';

const signal = new AbortController().signal;
let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.images.save({ ...anImage({ kind: 'installer' }), sourcePath: '/x' });
});
afterEach(() => store.close());

it('a disc is closed before its file is removed, and also when that fails', async () => {
  const done: string[] = [];
  const library = {
    removeForNow() {
      done.push('remove');
      throw new Error('EBUSY');
    },
  };
  const discs = { forget: async () => void done.push('forget') };
  const { remove } = imageHandlers(store, library as unknown as ImageLibrary, discs as unknown as OpenDiscs);
  await expect(remove({ id: imageId }, signal)).rejects.toThrow('EBUSY');
  expect(done).toEqual(['forget', 'remove', 'forget']);
});

it('of an ISO that is not there nothing is said to be missing in it', async () => {
  const discs = { disc: async () => undefined } as unknown as OpenDiscs;
  const { correctInstaller } = imageHandlers(store, {} as ImageLibrary, discs);
  const installer = { kernel: 'k', initrd: 'i', repository: '' } as InstallerMedium;
  await expect(correctInstaller({ id: imageId, installer }, signal)).rejects.toMatchObject({
    code: 'image.not_ready',
  });
});

it("an ISO's own files are stored without the name of an image", async () => {
  const own = await madeDisc(['k', 'i']);
  const discs = { disc: async () => own } as unknown as OpenDiscs;
  const library = { correctInstaller: (_id: ImageId, stored: InstallerMedium) => stored };
  const handlers = imageHandlers(store, library as unknown as ImageLibrary, discs);
  const installer = { ...anInstaller({ kernel: 'k', initrd: 'i' }), kernelImageId: imageId };
  const stored: unknown = await handlers.correctInstaller({ id: imageId, installer }, signal);
  expect(stored).toEqual(anInstaller({ kernel: 'k', initrd: 'i', certainty: 'corrected' }));
});
