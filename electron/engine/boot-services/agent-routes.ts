import { createHash } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '#engine/net/http/answer.ts';
import type { AgentService } from '#engine/provision/agent/agent-service.ts';
import { decodeKeyValues, encodeKeyValues } from '#engine/provision/agent/key-value.ts';
import { agentResult } from '#engine/store/agent-sessions.ts';
import type { NodeId } from '#shared/model/ids.ts';

const maxInventoryBytes = 4 * 2 ** 20;
const maxResultBytes = 4 * 2 ** 20;
const maxFileBytes = 16 * 2 ** 20;
const maxProgressBytes = 64 * 2 ** 10;

/** RFC 9110 §15.5.2: with what one could come in. */
export const unauthorized: HttpAnswer<never> = {
  kind: 'empty',
  status: 401,
  headers: { 'WWW-Authenticate': 'Bearer' },
};
const empty = (status: number): HttpAnswer<never> => ({ kind: 'empty', status });
const text = (status: number, body: string): HttpAnswer<never> => ({
  kind: 'bytes',
  status,
  contentType: 'text/plain; charset=utf-8',
  bytes: body,
});

/** `/agent/v1/…` of `assets/ramdisk/protocol.md`. Undefined for a path that is not the agent's. */
export async function agentAnswer(
  agent: AgentService,
  request: HttpRequest,
): Promise<HttpAnswer<never> | undefined> {
  const [, root, version, noun, id, verb, ...rest] = request.path.split('/');
  if (root !== 'agent' || version !== 'v1' || rest.length > 0) return undefined;
  if (noun === 'hello' && id === undefined && request.method === 'POST') return hello(agent, request);
  if (noun !== 'step') return undefined;

  const session = agent.authenticate(bearerOf(request), request.client.address);
  if (session === undefined) return unauthorized;
  if (id === undefined && request.method === 'GET') return nextStep(agent, session.nodeId, request.signal);
  if (id !== undefined && request.method === 'POST' && verb === 'progress')
    return progress(agent, session.nodeId, id, request);
  if (id !== undefined && request.method === 'POST' && verb === 'result')
    return result(agent, session.nodeId, id, request);
  if (id !== undefined && request.method === 'PUT' && verb === 'file')
    return file(agent, session.nodeId, id, request);
  return undefined;
}

/** The token of `Authorization: Bearer …`, empty without one. */
export function bearerOf(request: HttpRequest): string {
  const header = request.headers['authorization'];
  return /^Bearer (\S+)$/.exec(typeof header === 'string' ? header : '')?.[1] ?? '';
}

async function hello(agent: AgentService, request: HttpRequest): Promise<HttpAnswer<never>> {
  const token = bearerOf(request);
  const header = request.headers['x-rackside-boot'];
  const bootId = typeof header === 'string' ? header : '';
  const { address } = request.client;
  const refusal = agent.helloRefusal(token, bootId, address);
  if (refusal !== undefined) await dropContent(request, maxInventoryBytes);
  const answer = refusal ?? agent.hello(token, bootId, await readJson(request, maxInventoryBytes), address);
  return answer.status === 200
    ? text(200, encodeKeyValues({ session: answer.session, node: answer.node }))
    : text(answer.status, `${answer.reason}\n`);
}

/**
 * An inventory that is on its way is read and not kept: to close on it would reset the connection, and the agent would
 * try again for ever instead of hearing that it is refused. Who asks first (`Expect`) need not send it.
 */
async function dropContent(request: HttpRequest, limitBytes: number): Promise<void> {
  if (request.headers['expect'] !== undefined) return;
  for await (const _chunk of request.body.chunks(limitBytes));
}

async function nextStep(
  agent: AgentService,
  nodeId: NodeId,
  signal: AbortSignal,
): Promise<HttpAnswer<never>> {
  const step = await agent.nextStep(nodeId, signal);
  return step === undefined
    ? empty(204)
    : text(200, encodeKeyValues({ step: step.name, id: step.id, ...step.parameters }));
}

async function progress(
  agent: AgentService,
  nodeId: NodeId,
  id: string,
  request: HttpRequest,
): Promise<HttpAnswer<never>> {
  const body = Buffer.from(await request.body.bytes(maxProgressBytes)).toString('utf8');
  const values = decodeKeyValues(body);
  if (values === undefined) return empty(400);
  const wanted = agent.progress(nodeId, id, {
    phase: values['phase'] ?? 'other',
    bytes: countOf(values['bytes']),
    total: countOf(values['total']),
    message: (values['message'] ?? '').slice(0, 500),
  });
  return empty(wanted ? 204 : 410);
}

async function result(
  agent: AgentService,
  nodeId: NodeId,
  id: string,
  request: HttpRequest,
): Promise<HttpAnswer<never>> {
  const parsed = agentResult.safeParse(await readJson(request, maxResultBytes));
  if (!parsed.success) return empty(400);
  return empty(resultStatus[agent.result(nodeId, id, parsed.data)]);
}

/** A step that takes none has its file refused unread, which is all that a stranger to it is worth. */
async function file(
  agent: AgentService,
  nodeId: NodeId,
  id: string,
  request: HttpRequest,
): Promise<HttpAnswer<never>> {
  const wanted = agent.wantsFile(nodeId, id);
  if (wanted !== 'yes') return empty(wanted === 'unknown' ? 404 : 410);
  const told = request.headers['x-content-sha256'];
  const bytes = await request.body.bytes(maxFileBytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (told !== sha256) return empty(400);
  return empty(agent.file(nodeId, id, bytes, sha256) ? 204 : 410);
}

const resultStatus = { taken: 204, unknown: 404, 'not-now': 409 } as const;

async function readJson(request: HttpRequest, limitBytes: number): Promise<unknown> {
  const bytes = await request.body.bytes(limitBytes);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as unknown;
  } catch {
    return undefined; // no schema accepts it
  }
}

function countOf(value: string | undefined): number | null {
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
