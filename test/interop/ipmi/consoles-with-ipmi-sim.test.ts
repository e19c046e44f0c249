import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { consoleHandlers } from '#engine/api/consoles.ts';
import { type Consoles, createConsoles } from '#engine/consoles/consoles.ts';
import { type ConsolePorts, createConsolePorts } from '#engine/consoles/ports/console-ports.ts';
import { solLine } from '#engine/consoles/sol-line.ts';
import { createBmcLinks } from '#engine/inventory/bmc-link.ts';
import { bmcOf, keepBmcSecrets } from '#engine/inventory/nodes.ts';
import { createBmcClient } from '#engine/net/ipmi/client.ts';
import { openSolConsole } from '#engine/net/ipmi/sol/console.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { systemClock } from '#engine/system/clock.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { type ConsoleState, contract, type ServerConsole } from '#shared/contract/index.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';
import type { IpmiSim } from './ipmi-sim.ts';
import { startIpmiSim } from './ipmi-sim.ts';
import { createListener } from './listener.ts';
import type { SerialLine } from './serial-line.ts';
import { startSerialLine } from './serial-line.ts';

const { signal } = new AbortController();
const client = createBmcClient();
let machine: SerialLine;
let sim: IpmiSim;
let store: Store;
let consoles: Consoles;
let ports: ConsolePorts;
let handlers: ReturnType<typeof consoleHandlers>;
let links: ReturnType<typeof createBmcLinks>;

beforeEach(async () => {
  machine = await startSerialLine();
  sim = await startIpmiSim('127.0.0.1', { serialPort: machine.port });
  await machine.connected();
  store = openStore(':memory:', new Uint8Array(32));
  store.settings.update({ keepConsoles: false });
  links = createBmcLinks({ client, store, clock: systemClock, onPacket: () => undefined });
  consoles = createConsoles({
    store,
    clock: systemClock,
    asCoded: asCodedError,
    bmc: {
      open: solLine(store, client, asCodedError),
      settings: id => links.solSettings({ id }),
      repair: (id, bitRate) => links.repairSol({ id }, bitRate),
    },
  });
  ports = createConsolePorts({ store, clock: systemClock, consoles, asCoded: asCodedError });
  handlers = consoleHandlers(store, consoles, ports);
  consoles.start();
});
afterEach(async () => {
  await ports.closeAll();
  await consoles.close();
  await links.closeAll();
  store.close();
  await sim.stop();
  machine.close();
});

function aServer(password: string): void {
  const input = { address: '127.0.0.1', port: sim.port, username: 'admin', password };
  keepBmcSecrets(store, nodeId, input);
  store.nodes.save(aNode({ bmc: bmcOf(input, null), provisionState: 'available' }));
}

/** A window on the server's console. */
function look() {
  const listener = createListener();
  const source = handlers.view({ nodeId, name: 'browser' });
  const { viewId } = contract.consoles.view.snapshot.parse(source.snapshot());
  const close = source.subscribe(patch => {
    if (patch.op === 'output') listener.onData(Buffer.from(patch.data, 'base64'));
  });
  return { viewId, listener, close };
}

/** Resolves with the row once it is in this state. */
function reached(state: ConsoleState): Promise<ServerConsole> {
  const { promise, resolve } = Promise.withResolvers<ServerConsole>();
  const look = () => {
    const row = consoles.rows().find(candidate => candidate.state === state);
    if (row !== undefined) resolve(row);
  };
  const stop = consoles.subscribe(look);
  look();
  return promise.finally(stop);
}

const another = () =>
  openSolConsole(client, {
    host: '127.0.0.1',
    port: sim.port,
    username: 'admin',
    password: 'labpass',
    preferredCipherSuite: 3,
    onData: () => undefined,
  });

test('what a window types comes back from the machine, is recorded and is found', async () => {
  aServer('labpass');
  machine.echo = true;
  const { viewId, listener } = look();
  await reached('connected');
  await handlers.write({ viewId, data: Buffer.from('echo of the machine\r\n').toString('base64') }, signal);
  await listener.until(21);
  expect(listener.text()).toBe('echo of the machine\r\n');
  const search = await handlers.search({ text: 'machine echo', limit: 10 }, signal);
  const hits = contract.consoles.search.output.parse(search);
  expect(hits).toMatchObject([{ nodeId, line: 'echo of the machine' }]);
  const [recordingId] = hits.map(hit => hit.recordingId);
  if (recordingId === undefined) throw new Error('nothing was found');
  const { events } = await handlers.readRecording({ recordingId, afterPart: 0 }, signal);
  expect(events.filter(({ kind }) => kind === 'i').map(({ data }) => data)).toEqual(['21']);
});

test('a place that another program has is not fought for, and is had when a person takes it over', async () => {
  aServer('labpass');
  const other = await another();
  look();
  expect(await reached('stopped')).toMatchObject({ error: { code: 'console.in_use' } });
  await handlers.takeOver({ nodeId }, signal);
  await reached('connected');
  await other.close();
});

/** A program with this as its first input; resolves once it has printed `expected`, and ends it. */
async function hears(expected: string, input: string, program: string, ...args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(input);
  let printed = '';
  for await (const bytes of child.stdout) {
    printed += String(bytes);
    if (printed.includes(expected)) break;
  }
  child.kill();
  expect(printed).toContain(expected);
}

test('a terminal (socat), a console proxy as OpenStack has it, and a WebSocket type through a port of the console', async () => {
  aServer('labpass');
  machine.echo = true;
  const { port, token } = await ports.open(nodeId, '127.0.0.1', true);
  look();
  await reached('connected');
  const input = 'hello from a terminal\n';
  await hears(input, `${token}\n${input}`, 'socat', '-', `TCP:127.0.0.1:${port.port}`);
  const proxy = join(import.meta.dirname, 'nova-serial-proxy.py');
  await hears(
    'hello from nova\n',
    'hello from nova\n',
    'python3',
    proxy,
    '127.0.0.1',
    String(port.port),
    token,
  );
  const web = new WebSocket(`ws://127.0.0.1:${port.port}`, ['binary', `rackside.token.${token}`]);
  web.binaryType = 'arraybuffer';
  const heard = Promise.withResolvers<void>();
  let said = '';
  web.onmessage = ({ data }) => {
    said += Buffer.from(data as ArrayBuffer).toString();
    if (said.includes('from a WebSocket')) heard.resolve();
  };
  web.onopen = () => web.send('hello from a WebSocket\n');
  await heard.promise;
  web.close();
});

test('the place is free for others once a person disconnects', async () => {
  aServer('labpass');
  look();
  await reached('connected');
  await handlers.disconnect({ nodeId }, signal);
  const other = await another();
  await other.close();
});

test('a wrong password is tried once, and the right one when it is stored', async () => {
  aServer('wrong');
  look();
  expect(await reached('stopped')).toMatchObject({ error: { code: 'bmc.auth_failed' } });
  aServer('labpass');
  await reached('connected');
});

test('what the BMC says of its serial line is told', async () => {
  aServer('labpass');
  expect(await handlers.solSettings({ nodeId }, signal)).toMatchObject({ isEnabled: true });
});
