import { CodedError, codedErrorFrom } from '#shared/contract/errors.ts';
import type { ImageId } from '#shared/model/ids.ts';

/** Small enough to be sent again without regret. */
const pieceBytes = 16 * 1024 * 1024;
const shortestPauseMs = 1000;
const longestPauseMs = 10_000;
/** The piece took longer than a request may, or a proxy found no engine: not the engine's own words. */
const passing = [408, 502, 504];

export interface UploadOptions {
  readonly send?: typeof fetch;
  readonly pause?: (delayMs: number) => Promise<void>;
}

/**
 * Sends a file of this computer to the engine that waits for it, piece by piece from the disk. The engine's answer says
 * where the next piece begins, so a lost connection and an engine that was started anew cost a piece, or the way from the
 * start, and nothing else. False: it is cancelled or refused, and the image's row says why.
 * @throws CodedError `file.unreadable` when the file has gone or changed, or why it may not be sent
 */
export async function uploadFile(
  imageId: ImageId,
  file: File,
  { send = fetch, pause = wait }: UploadOptions = {},
): Promise<boolean> {
  let pauseMs = shortestPauseMs;
  for (let at = 0; at < file.size; ) {
    const answer = await sendPiece(send, imageId, file, at).catch(() => undefined);
    if (answer === undefined || passing.includes(answer.status)) {
      await requireReadable(file, at);
      await pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      continue;
    }
    if (answer.status === 404) return false;
    if (!answer.ok) {
      const error = codedErrorFrom(await answer.json());
      if (error.code.startsWith('image.')) return false;
      throw error;
    }
    const { heldBytes } = (await answer.json()) as { readonly heldBytes: number };
    at = heldBytes;
    pauseMs = shortestPauseMs;
  }
  return true;
}

function sendPiece(send: typeof fetch, imageId: ImageId, file: File, at: number): Promise<Response> {
  const end = Math.min(at + pieceBytes, file.size);
  return send(`/upload/${imageId}`, {
    method: 'PUT',
    headers: { 'content-range': `bytes ${at}-${end - 1}/${file.size}` },
    body: file.slice(at, end),
  });
}

/** A browser does not say whether the network or the file has failed. */
async function requireReadable(file: File, at: number): Promise<void> {
  try {
    await file.slice(at, at + 1).arrayBuffer();
  } catch (cause) {
    const details = { path: file.name, reason: 'changed' };
    throw new CodedError('file.unreadable', `${file.name} cannot be read any more`, details, { cause });
  }
}

function wait(delayMs: number): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, delayMs);
  });
}
