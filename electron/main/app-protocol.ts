import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { protocol } from 'electron';
import { pageOrigin, pageScheme } from '#shared/contract/host-names.ts';
import { pageFile, pageHeaders } from '#shared/contract/page-headers.ts';

/** Before `ready`: makes `app://bundle` an origin like https, with its own storage and no rights on files. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: pageScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    },
  ]);
}

/** Serves the built page at `app://bundle`: files of known types below `pageDir`, GET only, with the page's policy. */
export function serveAppScheme(pageDir: string): void {
  protocol.handle(pageScheme, request => answer(request, pageDir));
  protocol.handle('file', () => refused(403));
}

async function answer(request: Request, pageDir: string): Promise<Response> {
  const url = new URL(request.url);
  if (`${url.protocol}//${url.host}` !== pageOrigin) return refused(404);
  if (request.method !== 'GET') return refused(405);
  const wanted = pageFile(url.pathname);
  const file = wanted === undefined ? undefined : containedFile(pageDir, wanted.path);
  if (wanted === undefined || file === undefined) return refused(404);
  try {
    const body = await readFile(file);
    return new Response(new Uint8Array(body), {
      headers: { ...pageHeaders, 'content-type': wanted.contentType },
    });
  } catch {
    return refused(404); // absent, or a folder
  }
}

/** A second lock behind `pageFile`: whatever the name was, the path stays below the folder. */
function containedFile(folder: string, name: string): string | undefined {
  const file = path.join(folder, name);
  const relative = path.relative(folder, file);
  const isOutside = relative === '' || relative.startsWith('..') || path.isAbsolute(relative);
  return isOutside ? undefined : file;
}

function refused(status: number): Response {
  return new Response(null, { status, headers: pageHeaders });
}
