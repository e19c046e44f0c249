import { expect, it } from 'vitest';
import { createAgentService } from '#engine/provision/agent/agent-service.ts';
import { takeHello } from '#engine/provision/hello.ts';
import { createInspector } from '#engine/provision/inspection.ts';
import type { ProvisionServices } from '#engine/provision/services.ts';
import { openStore } from '#engine/store/store.ts';
import { CodedError, type Node } from '#shared/contract/index.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode, mac, nodeId } from '#test/fakes/rows.ts';

const never = new AbortController().signal;

function inventory(lldp: object | null): object {
  return { schema: 1, firmware: { mode: 'bios' }, nics: [{ name: 'eth0', mac, carrier: true, lldp }] };
}

/** A server without a BMC that a person switched on, its ramdisk played by the test. */
function inspected() {
  const clock = manualClock();
  const store = openStore(':memory:', new Uint8Array(32), () => clock.now());
  store.nodes.save(aNode({ provisionState: 'manageable' }));
  const agent = createAgentService({
    sessions: store.agentSessions,
    agentKey: new Uint8Array(32),
    clock,
    addressBelongsTo: () => true,
    nodeName: () => '',
    onHello: (id, _purpose, body) => takeHello(store, clock, id, body),
    isRunning: () => true,
    onRefused: () => undefined,
    holdMs: 1000,
  });
  const services = { clock, store, agent } as unknown as ProvisionServices;
  createInspector(services, error => {
    throw error instanceof CodedError ? error : new Error('not coded', { cause: error });
  }).start(nodeId);
  agent.hello(agent.newBoot(nodeId, 'inspect'), 'B'.repeat(43), inventory(null), '10.0.0.1');
  const node = (): Node | undefined => store.nodes.find(nodeId);
  const nextStep = async () => {
    const step = await agent.nextStep(nodeId, never);
    if (step === undefined) throw new Error('no step');
    return step;
  };
  const answer = (id: string, evidence: Record<string, unknown>) =>
    agent.result(nodeId, id, { ok: true, evidence });
  return { node, nextStep, answer, settle: () => clock.advance(1) };
}

it('waits for the switches to tell their ports, keeps what the ramdisk knows then, and switches the server off', async () => {
  const { node, nextStep, answer, settle } = inspected();
  const look = await nextStep();
  expect(look).toMatchObject({ name: 'inspect', parameters: { 'lldp-seconds': '35' } });
  expect(node()?.inventory?.nics[0]?.lldp).toBeNull();
  const neighbour = { chassisId: '00:11', portId: 'Gi1/0/7', systemName: 'tor-1' };
  answer(look.id, { inventory: inventory(neighbour) });
  const off = await nextStep();
  expect(off.name).toBe('power-off');
  expect(node()?.inventory?.nics[0]?.lldp).toMatchObject({ chassis: 'tor-1', port: 'Gi1/0/7' });
  answer(off.id, {});
  await settle();
  expect(node()).toMatchObject({
    provisionState: 'available',
    powerState: 'power off',
    bootTarget: 'nothing',
  });
});

it('keeps what hello told when the later inventory makes no sense', async () => {
  const { node, nextStep, answer } = inspected();
  answer((await nextStep()).id, { inventory: 'nonsense' });
  expect((await nextStep()).name).toBe('power-off');
  expect(node()?.inventory?.nics[0]).toMatchObject({ name: 'eth0', lldp: null });
});
