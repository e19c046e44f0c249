import type { HostBridge } from '#shared/contract/host.ts';

/** Hands the person a table that the page made: by the dialog of the desktop program, or as a download of the browser. */
export async function saveSheet(
  host: HostBridge | undefined,
  title: string,
  name: string,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<void> {
  const file = new Blob([content]);
  if (host !== undefined) await host.calls.saveSheet({ title, name, base64: await base64Of(file) });
  else download(file, name);
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser has its own hold on it once the click is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function base64Of(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let start = 0; start < bytes.length; start += pieceBytes)
    text += String.fromCharCode(...bytes.subarray(start, start + pieceBytes));
  return btoa(text);
}

/** As many as a call takes arguments without a doubt. */
const pieceBytes = 8192;
