import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pageFile, pageHeaders } from '#shared/contract/page-headers.ts';
import { replyEmpty, replyText } from './reply.ts';

/** Files of the built page below `folder`, for anyone who reaches this server: they hold no secret. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  urlPath: string,
  folder: string,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    replyEmpty(response, 405, { allow: 'GET, HEAD' });
    return;
  }
  const wanted = pageFile(urlPath);
  const file = wanted === undefined ? undefined : path.join(folder, wanted.path);
  const sizeBytes = file === undefined ? undefined : await fileSize(file);
  if (wanted === undefined || file === undefined || sizeBytes === undefined) {
    if (wanted?.path === 'index.html') replyText(response, 503, 'The page is not built yet: npm run build');
    else replyText(response, 404, 'There is no such file.');
    return;
  }
  response.writeHead(200, {
    ...pageHeaders,
    'content-type': wanted.contentType,
    'content-length': sizeBytes,
    // The build puts a hash of the content into the names below assets/.
    'cache-control': wanted.path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

async function fileSize(file: string): Promise<number | undefined> {
  try {
    const found = await stat(file);
    return found.isFile() ? found.size : undefined;
  } catch {
    return undefined; // absent: answered as such
  }
}
