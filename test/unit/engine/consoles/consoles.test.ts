import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleHandlers } from '#engine/api/consoles.ts';
import { type Consoles, createConsoles } from '#engine/consoles/consoles.ts';
import { createConsolePorts } from '#engine/consoles/ports/console-ports.ts';
import { bmcPasswordName, secretsOwner } from '#engine/inventory/nodes.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import {
  type AttachedConsolePatch,
  CodedError,
  type ConsoleRecording,
  contract,
  type ServerConsole,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type FakeLines, fakeLines } from '#test/fakes/console-lines.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDeployment, aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

const address = '10.0.0.2';
const inUse = new CodedError('console.in_use', 'in use', { address });
const silent = new CodedError('bmc.unreachable', 'no answer', { address, attempts: 4 });
const solSettings = {
  isEnabled: true,
  privilege: null,
  requiresEncryption: null,
  bitRate: null,
  bitRateAfterRestart: null,
};

let clock: ReturnType<typeof manualClock>;
let store: Store;
let lines: FakeLines;
let consoles: Consoles;
let handlers: ReturnType<typeof consoleHandlers>;
const { signal } = new AbortController();

beforeEach(() => {
  clock = manualClock(1_000_000_000);
  store = openStore(':memory:', new Uint8Array(32), clock.now);
  store.settings.update({ keepConsoles: false });
  lines = fakeLines();
  consoles = createConsoles({
    store,
    clock,
    asCoded: asCodedError,
    bmc: { open: lines.open, settings: async () => solSettings, repair: async () => solSettings },
  });
  handlers = consoleHandlers(
    store,
    consoles,
    createConsolePorts({ store, clock, consoles, asCoded: asCodedError }),
  );
});
afterEach(async () => {
  await consoles.close();
  store.close();
});

function aServer(id: NodeId = nodeId, name = 'r1'): void {
  store.nodes.save(
    aNode({
      id,
      name,
      provisionState: 'available',
      bmc: {
        address,
        port: 623,
        username: 'root',
        hasPassword: true,
        hasBmcKey: false,
        protocol: 'auto',
        privilege: null,
        cipherSuite: null,
        interfaceVersion: null,
        manufacturer: '',
        firmware: '',
      },
    }),
  );
}

function rowOf(id = nodeId): ServerConsole | undefined {
  return consoles.rows().find(row => row.nodeId === id);
}

/** A window that shows the console; `text` is what it was sent. */
function look(name = 'browser', id = nodeId) {
  const source = handlers.view({ nodeId: id, name });
  const { viewId } = contract.consoles.view.snapshot.parse(source.snapshot());
  const patches: AttachedConsolePatch[] = [];
  const close = source.subscribe(patch => patches.push(contract.consoles.view.patch.parse(patch)));
  const text = () =>
    patches
      .map(patch => (patch.op === 'output' ? Buffer.from(patch.data, 'base64').toString() : ''))
      .join('');
  const gaps = () => patches.flatMap(patch => (patch.op === 'gap' ? [patch.why] : []));
  const type = (typed: string) =>
    handlers.write({ viewId, data: Buffer.from(typed).toString('base64') }, signal);
  return { viewId, patches, close, text, gaps, type };
}

async function newest(): Promise<ConsoleRecording> {
  const [recording] = await handlers.recordings({ nodeId, limit: 10 }, signal);
  return contract.consoles.recordings.output.element.parse(recording);
}

const settled = () => clock.advance(0);
const events = () => store.timeline.list({}, 0, 100).filter(({ kind }) => kind === 'console');

describe('a console', () => {
  it('is connected when somebody looks, and given free a while after nobody does', async () => {
    aServer();
    consoles.start();
    await settled();
    expect(rowOf()).toMatchObject({ state: 'off', watchers: [] });
    const window = look();
    await settled();
    expect(rowOf()).toMatchObject({ state: 'connecting', watchers: [{ name: 'browser' }] });
    const line = await lines.last().accept();
    line.say('login: ');
    expect(window.text()).toBe('login: ');
    expect(rowOf()?.state).toBe('connected');
    window.close();
    await clock.advance(10_000);
    expect(line.isClosed).toBe(false);
    await clock.advance(10_000);
    expect(line.isClosed).toBe(true);
    expect(rowOf()).toMatchObject({ state: 'off', recordingId: null });
  });

  it('stays connected for a window that is loaded anew', async () => {
    aServer();
    consoles.start();
    const window = look();
    await settled();
    const line = await lines.last().accept();
    window.close();
    await clock.advance(5000);
    look();
    await clock.advance(60_000);
    expect(line.isClosed).toBe(false);
    expect(lines.attempts.length).toBe(1);
  });

  it('is connected while a deployment runs, and while a text is waited for', async () => {
    aServer();
    consoles.start();
    store.deployments.create(aDeployment({ state: 'running' }), aRequest());
    await settled();
    await lines.last().accept();
    store.deployments.save(aDeployment({ state: 'succeeded', finishedAt: 2 }));
    await handlers.waitFor({ nodeId, text: 'ready' }, signal);
    await clock.advance(60_000);
    expect(rowOf()?.state).toBe('connected');
    await handlers.stopWaiting({ nodeId, text: 'ready' }, signal);
    await clock.advance(60_000);
    expect(rowOf()?.state).toBe('off');
  });

  it('that was lost is connected again, ever more rarely, and everybody sees the gap', async () => {
    aServer();
    consoles.start();
    const window = look();
    await settled();
    const line = await lines.last().accept();
    line.say('before ');
    await line.end({ why: 'lost', error: silent });
    expect(rowOf()).toMatchObject({
      state: 'waiting',
      retryAt: clock.now() + 2000,
      error: { code: 'bmc.unreachable' },
    });
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const before = clock.now();
      await clock.advance(Number(rowOf()?.retryAt) - before);
      pauses.push(clock.now() - before);
      if (attempt < 6) await lines.last().refuse(silent);
    }
    expect(pauses).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    const again = await lines.last().accept();
    again.say('after');
    expect(window.text()).toBe('before after');
    expect(window.gaps()).toEqual(['lost']);
  });

  it('that the BMC ended is tried again, and one that another program has is not fought for', async () => {
    aServer();
    consoles.start();
    const window = look();
    await settled();
    const line = await lines.last().accept();
    await line.end({ why: 'deactivated' });
    expect(rowOf()).toMatchObject({
      state: 'waiting',
      error: { code: 'console.ended_by_bmc', details: { address } },
    });
    await clock.advance(2000);
    await lines.last().refuse(inUse);
    await clock.advance(3_600_000);
    expect(rowOf()).toMatchObject({ state: 'stopped', retryAt: null, error: { code: 'console.in_use' } });
    expect(lines.attempts.length).toBe(2);
    look('another window');
    await clock.advance(60_000);
    expect(lines.attempts.length).toBe(2);
    await handlers.takeOver({ nodeId }, signal);
    await settled();
    expect(lines.last().takeOver).toBe(true);
    await lines.last().accept();
    expect(rowOf()?.state).toBe('connected');
    expect(window.gaps()).toEqual(['deactivated', 'taken_over']);
  });

  it('that waits is tried at once when a person says so', async () => {
    aServer();
    consoles.start();
    look();
    await settled();
    await lines.last().refuse(silent);
    await handlers.reconnect({ nodeId }, signal);
    await settled();
    expect(lines.attempts.length).toBe(2);
    await lines.last().refuse(silent);
    expect(rowOf()).toMatchObject({ state: 'waiting', retryAt: clock.now() + 4000 });
  });

  it('that a person gave free stays so over a restart, until somebody opens it', async () => {
    aServer();
    store.settings.update({ keepConsoles: true });
    consoles.start();
    await clock.advance(1000);
    const line = await lines.last().accept();
    await handlers.disconnect({ nodeId }, signal);
    expect(line.isClosed).toBe(true);
    expect(rowOf()?.state).toBe('off');
    await clock.advance(600_000);
    expect(lines.attempts.length).toBe(1);
    expect(store.consoleWishes.held()).toEqual([nodeId]);
    look();
    await settled();
    expect(lines.attempts.length).toBe(2);
    expect(store.consoleWishes.held()).toEqual([]);
  });

  it('of another BMC, or with another password, is connected anew', async () => {
    aServer();
    consoles.start();
    look();
    await settled();
    await lines.last().refuse(new CodedError('bmc.auth_failed', 'no', { address, reason: 'wrong_password' }));
    await clock.advance(600_000);
    expect(rowOf()?.state).toBe('stopped');
    store.secrets.put(secretsOwner(nodeId), bmcPasswordName, 'the right one');
    aServer();
    await settled();
    expect(lines.attempts.length).toBe(2);
    const line = await lines.last().accept();
    store.nodes.save({ ...aNode(), bmc: null });
    await settled();
    expect(line.isClosed).toBe(true);
    expect(consoles.rows()).toEqual([]);
  });
});

describe('consoles that are kept', () => {
  const ids = Array.from(
    { length: 30 },
    (_, index) => `11111111-1111-4111-8111-${String(index).padStart(12, '0')}` as NodeId,
  );

  it('are connected a few at a time, with rests, and the one that a person opens at once', async () => {
    for (const [index, id] of ids.entries()) aServer(id, `r${index}`);
    store.settings.update({ keepConsoles: true });
    consoles.start();
    await settled();
    expect(lines.attempts.length).toBe(1);
    await clock.advance(60_000);
    expect(lines.attempts.length).toBe(8);
    look('browser', ids[29]);
    await settled();
    expect(lines.last().nodeId).toBe(ids[29]);
    for (let index = 0; index < 30; index += 1) {
      await lines.attempts[index]?.accept();
      await clock.advance(500);
    }
    expect(lines.connected()).toBe(30);
    store.settings.update({ keepConsoles: false });
    await clock.advance(60_000);
    expect(lines.connected()).toBe(1);
  });

  it('are none of servers whose BMC nobody has verified', async () => {
    store.nodes.save(aNode({ provisionState: 'enroll', bmc: store.nodes.find(nodeId)?.bmc ?? null }));
    store.settings.update({ keepConsoles: true });
    consoles.start();
    await clock.advance(60_000);
    expect(lines.attempts).toEqual([]);
  });

  it('are all given free when the engine ends, with their recordings closed', async () => {
    aServer();
    store.settings.update({ keepConsoles: true });
    consoles.start();
    await clock.advance(1000);
    const line = await lines.last().accept();
    line.say('the last words\r\n');
    await consoles.close();
    expect(line.isClosed).toBe(true);
    const [recording] = store.consoleRecordings.list({ nodeId }, 1);
    expect(recording).toMatchObject({ outputBytes: 16, endedAt: clock.now() });
  });
});

describe('typing', () => {
  it('is for one window at a time, and the other sees who it is', async () => {
    aServer();
    consoles.start();
    const one = look('one');
    const other = look('other');
    await expect(one.type('x')).rejects.toMatchObject({ code: 'console.not_connected' });
    await settled();
    const line = await lines.last().accept();
    await one.type('root\r');
    await expect(other.type('x')).rejects.toMatchObject({
      code: 'console.not_writer',
      details: { writer: 'one' },
    });
    await handlers.becomeWriter({ viewId: other.viewId }, signal);
    expect(one.patches.at(-1)).toMatchObject({ op: 'console', row: { writer: other.viewId } });
    await other.type('x');
    await handlers.sendBreak({ viewId: other.viewId }, signal);
    other.close();
    expect(rowOf()?.writer).toBeNull();
    await one.type('y');
    expect(line.typed).toEqual(['root\r', 'x', '<break>', 'y']);
    await expect(other.type('z')).rejects.toMatchObject({ code: 'input.not_found' });
  });
});

describe('texts', () => {
  it('that a person waits for are told once, with the deployment that runs', async () => {
    aServer();
    consoles.start();
    store.deployments.create(aDeployment({ state: 'running' }), aRequest());
    await handlers.waitFor({ nodeId, text: 'Reached target' }, signal);
    await settled();
    const line = await lines.last().accept();
    line.say('[  OK  ] \u001b[1mreached ');
    line.say('TARGET\u001b[0m Multi-User\r\n');
    line.say('reached target again\r\n');
    expect(events()).toMatchObject([
      {
        message: 'console.text_seen',
        nodeId,
        deploymentId,
        details: { text: 'Reached target', line: '[  OK  ] reached TARGET Multi-User' },
      },
    ]);
    expect(await handlers.waitingFor({ nodeId }, signal)).toEqual([]);
  });

  it('with a meaning are told without a storm of them', async () => {
    aServer();
    consoles.start();
    look();
    await settled();
    const line = await lines.last().accept();
    for (let index = 0; index < 50; index += 1) line.say('Kernel panic - not syncing\r\n');
    expect(events().map(({ message, details }) => [message, details['meaning']])).toEqual([
      ['console.said', 'kernel_panic'],
      ['console.said', 'kernel_panic'],
    ]);
  });
});

describe('recordings', () => {
  it('are read and searched with what came until now, and one that is removed while it is made goes on as a new one', async () => {
    aServer();
    consoles.start();
    look();
    await settled();
    const line = await lines.last().accept();
    line.say('secret of the console\r\n');
    const recording = await newest();
    const read = await handlers.readRecording({ recordingId: recording.id, afterPart: 0 }, signal);
    expect(read).toMatchObject({ events: [{ atMs: 0, kind: 'o' }], nextPart: null });
    expect(await handlers.search({ text: 'secret', limit: 10 }, signal)).toMatchObject([
      { line: 'secret of the console' },
    ]);
    await handlers.removeRecording({ recordingId: recording.id }, signal);
    line.say('something else\r\n');
    expect(await handlers.search({ text: 'secret', limit: 10 }, signal)).toEqual([]);
    expect(await handlers.search({ text: 'something', limit: 10 }, signal)).toMatchObject([
      { recordingId: rowOf()?.recordingId },
    ]);
    await expect(
      handlers.readRecording({ recordingId: recording.id, afterPart: 0 }, signal),
    ).rejects.toMatchObject({ code: 'input.not_found' });
  });

  it('have a mark where the console was away', async () => {
    aServer();
    consoles.start();
    look();
    await settled();
    const line = await lines.last().accept();
    line.say('one');
    line.drop();
    await line.end({ why: 'lost', error: silent });
    await clock.advance(2000);
    (await lines.last().accept()).say('two');
    const recording = await newest();
    const { events: found } = await handlers.readRecording(
      { recordingId: recording.id, afterPart: 0 },
      signal,
    );
    expect(found.map(({ atMs, kind, data }) => [atMs, kind, kind === 'm' ? data : ''])).toEqual([
      [0, 'o', ''],
      [0, 'm', 'bmc_dropped'],
      [0, 'm', 'lost'],
      [2000, 'o', ''],
    ]);
  });
});

it('a server without a BMC has no console', () => {
  store.nodes.save(aNode({ bmc: null }));
  consoles.start();
  expect(consoles.rows()).toEqual([]);
  expect(() => handlers.view({ nodeId, name: 'browser' })).toThrow(
    expect.objectContaining({ code: 'bmc.none' }),
  );
});
