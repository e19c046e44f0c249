import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { toErrorData } from '#engine/api/invoke.ts';
import type { ImageUploads } from '#engine/images/image-uploads.ts';
import type { Logger } from '#engine/system/log.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { imageId } from '#shared/contract/index.ts';
import { replyEmpty, replyJson, statusOf } from './reply.ts';

/** Small enough to be sent again without regret, and in Node's five minutes for a request on a slow link. */
const maxPieceBytes = 64 * 1024 * 1024;

const pieceShape = z.object({
  imageId,
  /** RFC 9110 §14.5: a partial PUT says with Content-Range where it belongs. */
  range: z
    .string()
    .regex(/^bytes \d{1,15}-\d{1,15}\/\d{1,15}$/)
    .transform(text => text.match(/\d+/g)?.map(Number) ?? []),
  lengthBytes: z.coerce.number().int().min(1).max(maxPieceBytes),
});

/**
 * `PUT /upload/<image>` with a piece of the file that `images.beginUpload` announced. Answers `{heldBytes}`, where the next
 * piece begins; an error as its `ErrorData`.
 */
export async function serveUpload(
  request: IncomingMessage,
  response: ServerResponse,
  urlPath: string,
  { uploads, log }: { readonly uploads: ImageUploads; readonly log: Logger },
): Promise<void> {
  if (request.method !== 'PUT') {
    replyEmpty(response, 405, { allow: 'PUT' });
    return;
  }
  try {
    const { imageId: id, fromBytes, totalBytes } = pieceOf(request, urlPath);
    const cut = () => void request.destroy();
    const bytes = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    const heldBytes = await uploads.take({ imageId: id, fromBytes, totalBytes, bytes, cut });
    // What was not read is: a browser that is still sending would not see the answer.
    request.resume();
    replyJson(response, 200, { heldBytes });
  } catch (error) {
    if (response.destroyed || request.destroyed) throw error;
    const data = toErrorData(error, log, urlPath);
    if (Number(request.headers['content-length'] ?? maxPieceBytes + 1) <= maxPieceBytes) request.resume();
    else response.once('finish', () => request.destroy());
    replyJson(response, statusOf(data), data);
  }
}

function pieceOf(request: IncomingMessage, urlPath: string) {
  const parsed = pieceShape.safeParse({
    imageId: urlPath.slice('/upload/'.length),
    range: request.headers['content-range'],
    lengthBytes: request.headers['content-length'],
  });
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    throw new CodedError('input.invalid', 'not a piece of a file', { issues });
  }
  const { imageId: id, lengthBytes, range } = parsed.data;
  const [fromBytes = 0, lastByte = 0, totalBytes = 0] = range;
  if (lastByte - fromBytes + 1 !== lengthBytes || lastByte >= totalBytes) {
    const issues = [{ path: 'content-range', message: 'does not fit the length' }];
    throw new CodedError('input.invalid', 'not a piece of a file', { issues });
  }
  return { imageId: id, fromBytes, totalBytes };
}
