import type { HostBridge } from '#shared/contract/host.ts';
import type { RacksideClient, SavedFile } from '#shared/contract/index.ts';
import type { SavedKind } from '#shared/model/data-folders.ts';

/** As base64 it fits a frame. */
const pieceBytes = 1_000_000;

/** Brings a file of the engine to the person: by the dialog of the desktop program, or as a download of the browser. */
export async function bringFile(
  { client, host }: { readonly client: RacksideClient; readonly host: HostBridge | undefined },
  kind: SavedKind,
  name: string,
  title: string,
): Promise<void> {
  if (host !== undefined) await host.calls.saveFile({ title, kind, name });
  else offerDownload(await readWhole(client[kind].read, name), name);
}

async function readWhole(read: RacksideClient[SavedKind]['read'], name: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let offset = 0; ; ) {
    const { base64, sizeBytes } = await read({ name, offset });
    const part = Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
    parts.push(part);
    offset += part.length;
    if (offset >= sizeBytes || part.length === 0) return new Blob(parts, { type: 'application/gzip' });
  }
}

function offerDownload(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has its own hold on it once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Hands a person's file to the engine, piece after piece. */
export async function sendBackup(
  client: RacksideClient,
  file: File,
  onProgress: (doneBytes: number) => void,
): Promise<SavedFile> {
  const name = acceptableName(file.name);
  for (let offset = 0; ; offset += pieceBytes) {
    const piece = file.slice(offset, offset + pieceBytes);
    const isLast = offset + pieceBytes >= file.size;
    const kept = await client.backup.receive({ name, offset, base64: await base64Of(piece), isLast });
    onProgress(offset + piece.size);
    if (kept !== null) return kept;
  }
}

/** The engine takes plain names only; whatever the file is, it is looked at when it is there. */
export function acceptableName(name: string): string {
  const base = name
    .replace(/\.tar\.gz$|\.[A-Za-z0-9]{1,8}$/i, '')
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 80);
  return `${base === '' ? 'backup' : base}.tar.gz`;
}

async function base64Of(piece: Blob): Promise<string> {
  const reader = new FileReader();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
  reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
  reader.readAsDataURL(piece);
  // `data:…;base64,` stands before it.
  return (await promise).replace(/^[^,]*,/, '');
}
