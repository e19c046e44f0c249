import type { FileSource, ReadableFile } from '#engine/net/file-source/file-source.ts';
import type { HttpAnswer, HttpRequest } from '#engine/net/http/answer.ts';
import type { InstallSurroundings } from '#engine/provision/deploy/linux-installer/install-plan-of.ts';
import type { InstallerDesk } from '#engine/provision/installer-desk.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import type { DownloadTag } from './download-tag.ts';

/** What wires have in common. */
export interface InstallerParts {
  readonly desk: InstallerDesk;
  /** A file inside an ISO of the library, by its path there; the whole ISO for an empty one. */
  readonly mediumFile: (id: ImageId, path: string) => Promise<ReadableFile | undefined>;
}

export interface InstallerRoutesParts extends InstallerParts {
  /** Where the machines of this wire reach us. */
  readonly surroundings: () => InstallSurroundings;
}

const notFound: HttpAnswer<never> = { kind: 'empty', status: 404 };
const maxHookBytes = 64 * 2 ** 10;

/**
 * What installers fetch and tell. They cannot carry a session, so all of it is bound to the address that was leased to a
 * machine whose own deployment runs: `/media/<image>/<path>`, `/install/<deployment>/<file>` and, told by GET or POST,
 * `/install/<deployment>/progress/<word>`. Undefined for any other path.
 */
export async function installerAnswer(
  { desk, mediumFile, surroundings }: InstallerRoutesParts,
  request: HttpRequest,
  nodeId: NodeId | null,
): Promise<HttpAnswer<DownloadTag> | undefined> {
  const [, noun, id = '', ...rest] = request.path.split('/');
  if (noun !== 'media' && noun !== 'install') return undefined;
  if (nodeId === null) return notFound;
  if (noun === 'media') {
    const imageId = id.replace(/\.iso$/, '') as ImageId;
    if (!desk.mayRead(nodeId, imageId)) return notFound;
    const file = await mediumFile(imageId, rest.join('/'));
    if (file === undefined) return notFound;
    return {
      kind: 'file',
      contentType: 'application/octet-stream',
      file,
      tag: { what: 'medium', nodeId },
    };
  }
  const deploymentId = id as DeploymentId;
  const [first = '', word = ''] = rest;
  if (first === 'progress' && rest.length === 2) return hook(desk, request, nodeId, deploymentId, word);
  if (request.method !== 'GET' && request.method !== 'HEAD') return { kind: 'empty', status: 405 };
  const file = desk.file(nodeId, deploymentId, rest.join('/'), surroundings());
  if (file === undefined) return notFound;
  return {
    kind: 'bytes',
    contentType: file.contentType,
    bytes: file.text,
    tag: { what: 'answer-file', nodeId },
    // It holds password hashes; nothing between us and the machine shall keep it.
    headers: { 'Cache-Control': 'no-store' },
  };
}

/** The same files of an ISO by TFTP, for boot programs that know nothing else: `media/<image>/<path>`. */
export function withMedia(
  others: FileSource,
  { desk, mediumFile }: InstallerParts,
  nodeAt: (clientAddress: string) => NodeId | null,
): FileSource {
  return request => {
    const [, id, path] = /^\/?media\/([^/]+)\/(.+)$/.exec(request.path) ?? [];
    if (id === undefined || path === undefined) return others(request);
    const nodeId = nodeAt(request.client.address);
    const isAllowed = nodeId !== null && desk.mayRead(nodeId, id as ImageId);
    return isAllowed ? mediumFile(id as ImageId, path) : Promise.resolve(undefined);
  };
}

async function hook(
  desk: InstallerDesk,
  request: HttpRequest,
  nodeId: NodeId,
  deploymentId: DeploymentId,
  word: string,
): Promise<HttpAnswer<never>> {
  const isTold = request.method === 'GET' || request.method === 'POST';
  if (!isTold) return { kind: 'empty', status: 405, headers: { Allow: 'GET, POST' } };
  const body = request.method === 'POST' ? await request.body.bytes(maxHookBytes) : new Uint8Array();
  const text = request.query.get('detail') ?? Buffer.from(body).toString('utf8');
  return { kind: 'empty', status: desk.hook(nodeId, deploymentId, word, text) ? 204 : 404 };
}
