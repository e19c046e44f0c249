import { create } from 'zustand';
import { notify } from '../../app/notifications.ts';
import { toCodedError } from '../../client/coded-error.ts';
import type { PageConnection } from '../../client/connect.ts';
import { uploadFile } from '../../client/upload.ts';

interface WaitingFile {
  readonly id: number;
  readonly file: File;
}

interface FileQueue {
  /** Files of a browser's computer that are sent when those before them are there. */
  readonly waiting: readonly WaitingFile[];
  readonly isSending: boolean;
}

export const useFileQueue = create<FileQueue>(() => ({ waiting: [], isSending: false }));

let lastId = 0;

/**
 * Files that a person dropped or picked become imports: by their path where the engine runs on this computer, else they are
 * sent one after the other.
 */
export async function importFiles(connection: PageConnection, files: readonly File[]): Promise<void> {
  const { host, client } = connection;
  if (host !== undefined) {
    for (const file of files)
      await told(file.name, () => client.images.import({ path: host.pathOfFile(file) }));
    return;
  }
  const added = files.map(file => {
    lastId += 1;
    return { id: lastId, file };
  });
  useFileQueue.setState(({ waiting }) => ({ waiting: [...waiting, ...added] }));
  if (!useFileQueue.getState().isSending) await sendAll(connection);
}

export function forgetWaiting(id: number): void {
  useFileQueue.setState(({ waiting }) => ({ waiting: waiting.filter(one => one.id !== id) }));
}

async function sendAll({ client }: PageConnection): Promise<void> {
  useFileQueue.setState({ isSending: true });
  window.addEventListener('beforeunload', askBeforeLeaving);
  for (;;) {
    const [next] = useFileQueue.getState().waiting;
    if (next === undefined) break;
    forgetWaiting(next.id);
    const { file } = next;
    await told(file.name, async () => {
      const { id } = await client.images.beginUpload({ name: file.name, sizeBytes: file.size });
      await uploadFile(id, file);
    });
  }
  window.removeEventListener('beforeunload', askBeforeLeaving);
  useFileQueue.setState({ isSending: false });
}

/** What is refused is told; the files behind it have their turn all the same. */
async function told(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    notify('failed', { file: name, error: toCodedError(thrown) }, ['images']);
  }
}

/** A file that is not sent yet is nowhere else. */
function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
