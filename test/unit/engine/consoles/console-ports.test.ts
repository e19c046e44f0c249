import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Consoles, createConsoles } from '#engine/consoles/consoles.ts';
import { type ConsolePorts, createConsolePorts } from '#engine/consoles/ports/console-ports.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { type FakeLine, type FakeLines, fakeLines } from '#test/fakes/console-lines.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNode, nodeId } from '#test/fakes/rows.ts';

const bmc = {
  address: '10.0.0.2',
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
} as const;
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
let ports: ConsolePorts;
const programs: Program[] = [];

beforeEach(() => {
  clock = manualClock(1_000_000_000);
  store = openStore(':memory:', new Uint8Array(32), clock.now);
  store.settings.update({ keepConsoles: false });
  store.nodes.save(aNode({ name: 'r1', provisionState: 'available', bmc }));
  lines = fakeLines();
  const solOf = async () => solSettings;
  consoles = createConsoles({
    store,
    clock,
    asCoded: asCodedError,
    bmc: { open: lines.open, settings: solOf, repair: solOf },
  });
  consoles.start();
  ports = createConsolePorts({ store, clock, consoles, asCoded: asCodedError });
  ports.start();
});
afterEach(async () => {
  for (const program of programs.splice(0)) program.socket.destroy();
  await ports.closeAll();
  await consoles.close();
  store.close();
});

const immediate = () => new Promise<void>(resolve => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await immediate();
}

/** A program's end of the connection, with all that it was told. */
class Program {
  readonly socket: Socket;
  text = '';
  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', bytes => {
      this.text += bytes.toString('latin1');
    });
    this.socket.on('error', () => undefined);
    programs.push(this);
  }
  hears(text: string): Promise<void> {
    return until(() => this.text.includes(text));
  }
  isSentAway(): Promise<void> {
    return until(() => this.socket.closed);
  }
}

/** A terminal that was let in, and the machine at the other end. */
async function attached(
  mayWrite = true,
): Promise<{ terminal: Program; line: FakeLine; token: string; port: number }> {
  const { port, token } = await ports.open(nodeId, '127.0.0.1', mayWrite);
  const terminal = new Program(port.port);
  terminal.socket.write(`${token}\r`);
  await until(() => ports.rows()[0]?.clients === 1);
  await until(() => lines.attempts.length > 0);
  return { terminal, line: await lines.last().accept(), token, port: port.port };
}

const messages = () => store.timeline.list({}, 0, 100).map(({ message }) => message);

describe('a console’s port for other programs', () => {
  it('is not there before a person opens it, and not after they closed it', async () => {
    expect(ports.rows()).toEqual([]);
    const { port } = await ports.open(nodeId, '127.0.0.1', true);
    expect(port).toMatchObject({ nodeId, address: '127.0.0.1', mayWrite: true, clients: 0, error: null });
    await ports.close(nodeId);
    expect([ports.rows(), store.consolePorts.list()]).toEqual([[], []]);
    const late = new Program(port.port);
    await late.isSentAway();
    expect(messages()).toEqual(expect.arrayContaining(['console.port_opened', 'console.port_closed']));
  });

  it('asks a terminal for its token, then shows the machine and types into it', async () => {
    const { port, token } = await ports.open(nodeId, '127.0.0.1', true);
    const terminal = new Program(port.port);
    await once(terminal.socket, 'connect');
    await until(() => ports.rows()[0]?.clients === 0);
    for (let turn = 0; turn < 20; turn += 1) await immediate();
    await clock.advance(400);
    await terminal.hears('Rackside: console of r1\r\nToken: ');
    terminal.socket.write(`${token}\r`);
    await until(() => lines.attempts.length > 0);
    const line = await lines.last().accept();
    line.say('login: ');
    await terminal.hears('login: ');
    terminal.socket.write('root\r');
    await until(() => line.typed.join('') === 'root\r');
    expect(consoles.rows()[0]?.watchers.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^TCP 127\.0\.0\.1:\d+$/),
    ]);
  });

  it('shows who comes later what the screen had', async () => {
    const { line, token, port } = await attached();
    line.say('what was said before');
    const second = new Program(port);
    second.socket.write(`${token}\n`);
    await second.hears('what was said before');
  });

  it('answers a cloud platform’s proxy, and gives it bytes as they are', async () => {
    const { port, token } = await ports.open(nodeId, '127.0.0.1', true);
    const proxy = new Program(port.port);
    proxy.socket.write(`CONNECT ${token} HTTP/1.1\r\n\r\n`);
    await proxy.hears('HTTP/1.1 200 OK\r\n\r\n');
    await until(() => lines.attempts.length > 0);
    const line = await lines.last().accept();
    const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
    line.say(all);
    await until(() => proxy.text.endsWith(all.toString('latin1')));
  });

  it.each([
    ['the header Authorization', (token: string) => ({ headers: { Authorization: `Bearer ${token}` } }), []],
    ['a subprotocol', () => ({}), (token: string) => ['binary', `rackside.token.${token}`]],
  ])('speaks WebSocket with a token in %s', async (_where, optionsOf, protocolsOf) => {
    const { port, token } = await ports.open(nodeId, '127.0.0.1', true);
    const protocols = typeof protocolsOf === 'function' ? protocolsOf(token) : protocolsOf;
    const client = new WebSocket(`ws://127.0.0.1:${port.port}/`, protocols, optionsOf(token));
    await once(client, 'open');
    expect(client.protocol).toBe(protocols[0] ?? '');
    await until(() => lines.attempts.length > 0);
    const line = await lines.last().accept();
    const heard: Buffer[] = [];
    client.on('message', bytes => heard.push(Buffer.from(bytes as Buffer)));
    line.say('login: ');
    await until(() => Buffer.concat(heard).toString() === 'login: ');
    client.send('root\r');
    await until(() => line.typed.join('') === 'root\r');
    client.close();
    await until(() => ports.rows()[0]?.clients === 0);
  });

  it('lets nobody look on who has no token, says so, and stops listening to who guesses', async () => {
    const { line, port, token } = await attached();
    line.say('secret of the machine');
    for (let guess = 0; guess < 10; guess += 1) {
      const stranger = new Program(port);
      stranger.socket.write(`guess-${guess}\r`);
      const gone = stranger.isSentAway();
      for (let turn = 0; turn < 50 && !stranger.socket.closed; turn += 1) {
        await immediate();
        await clock.advance(100);
      }
      await gone;
      expect(stranger.text).toBe('\r\nWrong token.\r\n');
    }
    const blocked = new Program(port);
    blocked.socket.write(`${token}\r`);
    for (let turn = 0; turn < 50 && !blocked.socket.closed; turn += 1) {
      await immediate();
      await clock.advance(30);
    }
    await blocked.isSentAway();
    expect(blocked.text).not.toContain('secret');
    expect(messages()).toContain('console.port_refused');
  });

  it('answers HTTP without a token with 401, and without an upgrade with 426', async () => {
    const { port } = await ports.open(nodeId, '127.0.0.1', true);
    const plain = new Program(port.port);
    plain.socket.write('GET /?token=x HTTP/1.1\r\nHost: x\r\n\r\n');
    await plain.hears('HTTP/1.1 426 ');
    const stranger = new WebSocket(`ws://127.0.0.1:${port.port}/`);
    const failed = once(stranger, 'error');
    let isOver = false;
    void failed.then(() => {
      isOver = true;
    });
    while (!isOver) {
      await immediate();
      await clock.advance(100);
    }
    expect(String((await failed)[0])).toContain('401');
  });

  it('sends away who says nothing, and who talks nonsense', async () => {
    const { port } = await ports.open(nodeId, '127.0.0.1', true);
    const silent = new Program(port.port);
    await once(silent.socket, 'connect');
    for (let turn = 0; turn < 20; turn += 1) await immediate();
    await clock.advance(30_000);
    await silent.isSentAway();
    const noisy = new Program(port.port);
    noisy.socket.write('x'.repeat(1000));
    await noisy.isSentAway();
  });

  it('that may only be read types nothing', async () => {
    const { terminal, line } = await attached(false);
    terminal.socket.write('reboot\r');
    line.say('still here');
    await terminal.hears('still here');
    expect(line.typed).toEqual([]);
    expect(consoles.rows()[0]?.writer).toBeNull();
  });

  it('says who types when its program may not, and when the console is not connected', async () => {
    const { terminal, line } = await attached();
    const window = consoles.view(nodeId, 'Ada');
    await window.server.write(window.view, Buffer.from('a'));
    terminal.socket.write('b');
    await terminal.hears('[Rackside: Ada types]');
    consoles.closeView(window);
    await line.end({ why: 'deactivated' });
    await terminal.hears('[Rackside: the console was not connected here: deactivated]');
    terminal.socket.write('c');
    await terminal.hears('[Rackside: the console is ');
    expect(line.typed).toEqual(['a']);
  });

  it('gets a new token on demand, which ends who came in with the old one', async () => {
    const { terminal, token, port } = await attached();
    const again = await ports.open(nodeId, '127.0.0.1', false);
    await terminal.isSentAway();
    expect(again.port.port).toBe(port);
    expect(again.token).not.toBe(token);
    const late = new Program(port);
    late.socket.write(`${again.token}\r`);
    await until(() => ports.rows()[0]?.clients === 1);
  });

  it('keeps no token, and listens again after a restart', async () => {
    const { port, token } = await ports.open(nodeId, '127.0.0.1', true);
    expect(JSON.stringify([store.consolePorts.list(), store.timeline.list({}, 0, 100)])).not.toContain(token);
    await ports.closeAll();
    ports = createConsolePorts({ store, clock, consoles, asCoded: asCodedError });
    ports.start();
    const terminal = new Program(port.port);
    await until(() => !terminal.socket.connecting);
    terminal.socket.write(`${token}\r`);
    await until(() => ports.rows()[0]?.clients === 1);
  });

  it('says what is in its place at a restart, and listens once that has gone', async () => {
    const { port } = await ports.open(nodeId, '127.0.0.1', true);
    await ports.closeAll();
    const other = createServer().listen(port.port, '127.0.0.1');
    await once(other, 'listening');
    ports = createConsolePorts({ store, clock, consoles, asCoded: asCodedError });
    ports.start();
    await until(() => ports.rows()[0]?.error !== null);
    expect(ports.rows()[0]?.error).toMatchObject({ code: 'net.port_in_use' });
    other.close();
    await once(other, 'close');
    await clock.advance(15_000);
    await until(() => ports.rows()[0]?.error === null);
  });

  it('refuses an address that this computer does not have', async () => {
    await expect(ports.open(nodeId, '192.0.2.7', true)).rejects.toMatchObject({ code: 'input.invalid' });
    expect(ports.rows()).toEqual([]);
  });

  it('goes with its server', async () => {
    const { terminal } = await attached();
    store.nodes.remove(nodeId);
    await terminal.isSentAway();
    expect([ports.rows(), store.consolePorts.list()]).toEqual([[], []]);
  });

  it('holds back a machine that talks faster than its program listens, and says what is missing', async () => {
    const { terminal, line } = await attached();
    terminal.socket.pause();
    const block = 'x'.repeat(64 * 1024);
    for (let count = 0; count < 200; count += 1) {
      line.say(block);
      await immediate();
    }
    terminal.socket.resume();
    await terminal.hears('bytes left out, this client was too slow]');
    line.say('the end');
    await terminal.hears('the end');
  });
});
