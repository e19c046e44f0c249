import { create } from 'zustand';
import type { Image, RacksideClient } from '#shared/contract/index.ts';
import { notify } from '../../app/notifications.ts';
import { toCodedError } from '../../client/coded-error.ts';
import type { PageConnection } from '../../client/connect.ts';
import { useConnectionState } from '../../client/connection-store.ts';
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
    await told(next.file.name, () => send(client, next));
    forgetWaiting(next.id);
  }
  window.removeEventListener('beforeunload', askBeforeLeaving);
  useFileQueue.setState({ isSending: false });
}

async function send(client: RacksideClient, { id: waitingId, file }: WaitingFile): Promise<void> {
  const { id } = await announced(client, file);
  const isWanted = useFileQueue.getState().waiting.some(one => one.id === waitingId);
  forgetWaiting(waitingId);
  if (isWanted) await uploadFile(id, file);
  else await client.images.cancelImport({ id });
}

/** A connection that is lost just when a file has its turn costs it nothing. */
async function announced(client: RacksideClient, file: File): Promise<Image> {
  for (;;) {
    await connected();
    try {
      return await client.images.beginUpload({ name: file.name, sizeBytes: file.size });
    } catch (thrown) {
      if (toCodedError(thrown).code !== 'transport.closed') throw thrown;
    }
  }
}

function connected(): Promise<void> {
  return new Promise(resolve => {
    const stop = useConnectionState.subscribe(look);
    function look(): void {
      if (useConnectionState.getState().state.is !== 'open') return;
      stop();
      resolve();
    }
    look();
  });
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
