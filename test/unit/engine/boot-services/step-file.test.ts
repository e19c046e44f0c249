import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentStep } from '#engine/provision/agent/agent-service.ts';
import {
  first,
  openSimulatedWire,
  type SimulatedWire,
  sessionIn,
} from '#test/fakes/engine/simulated-wire.ts';
import { deploymentId } from '#test/fakes/rows.ts';

let wire: SimulatedWire;
let session: string;
let kept: { readonly text: string; readonly sha256: string }[];
const never = new AbortController().signal;

beforeEach(async () => {
  wire = await openSimulatedWire();
  kept = [];
  session = sessionIn(await wire.hello(first.address, wire.agent.newBoot(first.nodeId, deploymentId)));
});
afterEach(() => wire.close());

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');

async function put(body: string, sha256 = sha256Of(body), id = 'logs-1', token = session): Promise<number> {
  const { status } = await wire.request(first.address, `/agent/v1/step/${id}/file`, {
    method: 'PUT',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/gzip',
      'x-content-sha256': sha256,
    },
    body,
  });
  return status;
}

function runStep(step: Partial<AgentStep> = {}): Promise<unknown> {
  const onFile = (bytes: Uint8Array, sha256: string) =>
    void kept.push({ text: Buffer.from(bytes).toString(), sha256 });
  return wire.agent.run(
    first.nodeId,
    { id: 'logs-1', name: 'collect-logs', parameters: {}, onFile, ...step },
    () => undefined,
    never,
  );
}

describe('the file of a step', () => {
  it('is kept before it is answered, and a second one as well', async () => {
    void runStep();
    expect([await put('first'), await put('second')]).toEqual([204, 204]);
    expect(kept).toEqual([
      { text: 'first', sha256: sha256Of('first') },
      { text: 'second', sha256: sha256Of('second') },
    ]);
  });

  it('is refused when it came otherwise than it was announced', async () => {
    void runStep();
    expect(await put('damaged', sha256Of('whole'))).toBe(400);
    expect(await put('without', '')).toBe(400);
    expect(kept).toEqual([]);
  });

  it('is refused without a session, of a step that nobody knows, and of one that takes none', async () => {
    const replaced = runStep().catch(() => 'replaced');
    expect(await put('x', sha256Of('x'), 'logs-1', 'A'.repeat(43))).toBe(401);
    expect(await put('x', sha256Of('x'), 'logs-2')).toBe(404);
    const plain = { id: 'plain-1', name: 'inspect', parameters: {} };
    void wire.agent.run(first.nodeId, plain, () => undefined, never);
    expect(await put('x', sha256Of('x'), 'plain-1')).toBe(410);
    expect(await replaced).toBe('replaced');
    expect(kept).toEqual([]);
  });

  it('comes too late once the step has its result', async () => {
    const result = runStep();
    await wire.request(first.address, '/agent/v1/step/logs-1/result', {
      method: 'POST',
      headers: { authorization: `Bearer ${session}` },
      body: JSON.stringify({ ok: true, evidence: {} }),
    });
    await result;
    expect(await put('late')).toBe(410);
    expect(kept).toEqual([]);
  });

  it('of more than 16 MiB is refused', async () => {
    void runStep();
    expect(await put('x'.repeat(16 * 2 ** 20 + 1))).toBe(413);
    expect(kept).toEqual([]);
  });
});
