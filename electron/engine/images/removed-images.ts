import type { RemovedImage, StoredImage } from '#engine/store/images.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { removeCachedImage } from './image-cache.ts';
import { neededBy } from './image-users.ts';

/** Images that a person deleted: their files stay for a minute, also where the engine is started anew in it. */
export interface RemovedImages {
  add(image: StoredImage): void;
  /** @throws CodedError `image.gone_for_good` when it is too late */
  takeBack(id: ImageId): StoredImage;
  /** Their room is wanted now. */
  forgetAll(): Promise<void>;
  /** After a start. */
  resume(): void;
  stop(): Promise<void>;
}

const undoMs = 60_000;
const nothing = () => undefined;

export function removedImages(store: Store, dir: string, clock: Clock): RemovedImages {
  const { images } = store;
  const waiting = new Map<ImageId, { readonly image: StoredImage; readonly abort: AbortController }>();
  const going = new Set<Promise<void>>();

  function wait({ image, removedAt }: RemovedImage): void {
    const abort = new AbortController();
    waiting.set(image.id, { image, abort });
    // A clock that was set back does not keep gigabytes for longer.
    const leftMs = Math.min(undoMs, removedAt + undoMs - clock.now());
    if (leftMs <= 0) void forget(image.id);
    else clock.sleep(leftMs, abort.signal).then(() => forget(image.id), nothing);
  }

  function take(id: ImageId): StoredImage | undefined {
    const found = waiting.get(id);
    waiting.delete(id);
    found?.abort.abort();
    return found?.image;
  }

  function forget(id: ImageId): Promise<void> {
    const image = take(id);
    if (image === undefined) return Promise.resolve();
    // What cannot even be stored is done at the next start.
    const end = removeForGood(image).catch(nothing);
    going.add(end);
    return end.finally(() => going.delete(end));
  }

  async function removeForGood(image: StoredImage): Promise<void> {
    // Somebody named it meanwhile, from a page that had not heard.
    if (neededBy(store, image.id).length > 0) {
      images.save(image);
      return;
    }
    // An engine that is killed in between must not give back an image without its file.
    images.removeForNow(image, 0);
    try {
      await removeCachedImage(dir, image.id);
    } catch {
      // Its gigabytes are still there, so the image is too.
      images.save(image);
      return;
    }
    images.remove(image.id);
  }

  return {
    add(image) {
      const removedAt = clock.now();
      images.removeForNow(image, removedAt);
      wait({ image, removedAt });
    },
    takeBack(id) {
      const image = take(id);
      if (image === undefined)
        throw new CodedError('image.gone_for_good', `the file of image ${id} is gone`, {});
      images.save(image);
      return image;
    },
    async forgetAll() {
      await Promise.all([...[...waiting.keys()].map(forget), ...going]);
    },
    resume() {
      for (const removed of images.removed()) wait(removed);
    },
    async stop() {
      for (const { abort } of waiting.values()) abort.abort();
      waiting.clear();
      await Promise.all(going);
    },
  };
}
