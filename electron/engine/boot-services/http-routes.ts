import { join } from 'node:path';
import type { FileSource } from '#engine/net/file-source/file-source.ts';
import type { HttpAnswer, HttpHandler, HttpRequest } from '#engine/net/http/answer.ts';
import type { AgentService } from '#engine/provision/agent/agent-service.ts';
import type { AgentSession } from '#engine/store/agent-sessions.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import { agentAnswer, bearerOf, unauthorized } from './agent-routes.ts';
import { generatedFile } from './boot-files.ts';
import { kernelPath, ramdiskPath } from './boot-scripts.ts';
import type { DownloadTag } from './download-tag.ts';
import { type InstallerRoutesParts, installerAnswer } from './installer-routes.ts';

export interface HttpRoutesParts extends InstallerRoutesParts {
  readonly agent: AgentService;
  readonly bootFiles: FileSource;
  readonly ramdiskDir: string;
  /** Which machine was leased this address. */
  readonly nodeAt: (clientAddress: string) => NodeId | null;
  readonly imageFile: (id: ImageId) => string | undefined;
  readonly configDrive: (id: DeploymentId) => Promise<Uint8Array | undefined>;
}

const notFound: HttpAnswer<DownloadTag> = { kind: 'empty', status: 404 };
const onlyFor = (methods: string): HttpAnswer<DownloadTag> => ({
  kind: 'empty',
  status: 405,
  headers: { Allow: methods },
});

/**
 * The boot and image server of one wire. Boot programs, kernel and ramdisk are for anybody who can reach it; images
 * and config drives only for a machine with a session, the drive only for the one whose deployment it is; what an
 * installer needs only for the machine that it installs (`installer-routes.ts`).
 */
export function httpRoutes(parts: HttpRoutesParts): HttpHandler<DownloadTag> {
  const binary = 'application/octet-stream';
  const withSession = (
    request: HttpRequest,
    answer: (session: AgentSession) => HttpAnswer<DownloadTag> | Promise<HttpAnswer<DownloadTag>>,
  ) => {
    const session = parts.agent.authenticate(bearerOf(request), request.client.address);
    if (session === undefined) return unauthorized;
    return session.retired ? ({ kind: 'empty', status: 410 } as const) : answer(session);
  };

  function forRamdisk(request: HttpRequest): HttpAnswer<DownloadTag> | Promise<HttpAnswer<DownloadTag>> {
    const [, noun, id = ''] = request.path.split('/');
    if (noun === 'images') {
      return withSession(request, session => {
        const file = parts.imageFile(id as ImageId);
        if (file === undefined) return notFound;
        return {
          kind: 'disk-file',
          contentType: binary,
          path: file,
          tag: { what: 'image', nodeId: session.nodeId },
          signal: parts.agent.whileWanted(session.nodeId),
        };
      });
    }
    if (noun === 'config-drives') {
      return withSession(request, async session => {
        if (session.purpose !== id) return { kind: 'empty', status: 403 };
        const bytes = await parts.configDrive(id as DeploymentId);
        if (bytes === undefined) return notFound;
        return {
          kind: 'bytes',
          contentType: binary,
          bytes,
          tag: { what: 'config-drive', nodeId: session.nodeId },
        };
      });
    }
    return notFound;
  }

  return async request => {
    const { path } = request;
    if (path.startsWith('/agent/')) return (await agentAnswer(parts.agent, request)) ?? notFound;
    const nodeId = parts.nodeAt(request.client.address);
    const forInstaller = await installerAnswer(parts, request, nodeId);
    if (forInstaller !== undefined) return forInstaller;
    if (request.method !== 'GET' && request.method !== 'HEAD') return onlyFor('GET, HEAD');

    if (path === kernelPath || path === ramdiskPath) {
      const file = join(parts.ramdiskDir, path.slice('/ramdisk/'.length));
      return { kind: 'disk-file', contentType: binary, path: file, tag: { what: 'ramdisk', nodeId } };
    }
    if (path.startsWith('/boot/')) {
      const name = path.slice('/boot/'.length);
      // Making such a file begins a new boot: the token of the one before is dead.
      if (request.method === 'HEAD' && generatedFile(name) !== undefined) return onlyFor('GET');
      const file = await parts.bootFiles({ path: name, client: request.client });
      if (file === undefined) return notFound;
      const contentType = path.endsWith('.ipxe') ? 'text/plain; charset=utf-8' : binary;
      return { kind: 'file', contentType, file, tag: { what: 'boot', nodeId } };
    }
    return forRamdisk(request);
  };
}
