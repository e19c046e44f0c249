import { openRegularFile } from '#engine/net/file-source/file-from-disk.ts';
import type { ReadableFile } from '#engine/net/file-source/file-source.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { codedRefusal } from './coded-refusal.ts';
import { discFileSource } from './disc-file-source.ts';
import { type DiscImage, openDiscImage } from './disc-image.ts';
import { discRefusedError } from './disc-refusal.ts';

/**
 * Discs of the library that machines read. A disc's tree is read once and kept: an installer asks for thousands of files.
 * The few that a laptop serves at once stay open; one that somebody reads from is never closed for another.
 */
export interface OpenDiscs {
  /**
   * A file inside an ISO; the ISO itself for an empty path. Undefined: none there. Rejects with CodedError `image.refused`
   * for an ISO that cannot be read any more.
   */
  file(id: ImageId, path: string): Promise<ReadableFile | undefined>;
  /** The tree of an ISO, to look something up in. Rejects like `file`. */
  disc(id: ImageId): Promise<DiscImage | undefined>;
  /** The image is removed: it is closed as soon as its last reader is done. */
  forget(id: ImageId): Promise<void>;
  closeAll(): Promise<void>;
}

interface OpenDisc {
  readonly opening: Promise<DiscImage | undefined>;
  /** Who reads from it, or waits for it. */
  users: number;
}

const mostIdle = 8;
const nobody = { address: '', port: 0 } as const;

export function openDiscs(pathOf: (id: ImageId) => string | undefined): OpenDiscs {
  const opened = new Map<ImageId, OpenDisc>();

  /** Used last stays longest: a Map keeps the order of insertion. */
  function take(id: ImageId, path: string): OpenDisc {
    const disc = opened.get(id) ?? { opening: open(path), users: 0 };
    opened.delete(id);
    opened.set(id, disc);
    disc.users += 1;
    return disc;
  }

  async function release(id: ImageId, disc: OpenDisc): Promise<void> {
    disc.users -= 1;
    if (disc.users === 0 && opened.get(id) !== disc) await close(disc);
    const idle = [...opened].filter(([, { users }]) => users === 0);
    for (const [oldest, tooMany] of idle.slice(0, Math.max(0, opened.size - mostIdle))) {
      opened.delete(oldest);
      await close(tooMany);
    }
  }

  /** What could not be opened is tried again next time: the disk may be back. */
  async function use<T>(id: ImageId, work: (disc: DiscImage, done: () => Promise<void>) => Promise<T>) {
    const path = pathOf(id);
    if (path === undefined) return undefined;
    const disc = take(id, path);
    const done = once(() => release(id, disc));
    const giveUp = async (): Promise<undefined> => {
      if (opened.get(id) === disc) opened.delete(id);
      await done();
      return undefined;
    };
    try {
      const image = await disc.opening;
      return image === undefined ? await giveUp() : await work(image, done);
    } catch (error) {
      await giveUp();
      throw error;
    }
  }

  async function forget(id: ImageId): Promise<void> {
    const disc = opened.get(id);
    opened.delete(id);
    if (disc?.users === 0) await close(disc);
  }

  return {
    disc: id =>
      use(id, async (disc, done) => {
        await done();
        return disc;
      }),
    async file(id, path) {
      const whole = pathOf(id);
      if (whole === undefined) return undefined;
      if (path === '') return openRegularFile(whole);
      return use(id, async (disc, done) => {
        const file = await discFileSource(disc)({ path, client: nobody });
        if (file === undefined) await done();
        return file === undefined ? undefined : { ...file, close: done };
      });
    },
    forget,
    async closeAll() {
      const discs = [...opened.values()];
      opened.clear();
      await Promise.allSettled(discs.map(close));
    },
  };
}

async function open(path: string): Promise<DiscImage | undefined> {
  const disc = await openDiscImage(path);
  if (disc?.ok === false) throw codedRefusal(discRefusedError(disc));
  return disc?.value;
}

async function close({ opening }: OpenDisc): Promise<void> {
  await (await opening.catch(() => undefined))?.close();
}

/** A file may be closed twice. */
function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
