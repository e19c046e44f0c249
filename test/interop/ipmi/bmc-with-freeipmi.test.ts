import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startLossyRelay } from './lossy-relay.ts';
import type { OurBmc } from './our-bmc.ts';
import { startOurBmc } from './our-bmc.ts';
import type { ToolResult } from './run-tool.ts';
import { runTool } from './run-tool.ts';

let rack: OurBmc | undefined;
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(path.join(tmpdir(), 'rackside-freeipmi-'));
});
afterAll(() => rm(cache, { recursive: true, force: true }));
afterEach(() => {
  rack?.server.close();
  rack = undefined;
});

function freeipmi(program: string, port: number, options: readonly string[]): Promise<ToolResult> {
  return runTool(program, '-h', `127.0.0.1:${port}`, '-u', 'admin', '-p', 'labpass', ...options);
}

const ways = [
  ['suite 3', ['-D', 'LAN_2_0', '-I', '3']],
  ['suite 17', ['-D', 'LAN_2_0', '-I', '17']],
  ['IPMI 1.5', ['-D', 'LAN', '-a', 'MD5']],
] as const;

describe.each(ways)('FreeIPMI over %s', (_name, options) => {
  test('ipmipower switches and reads power', async () => {
    rack = await startOurBmc();
    const { port } = rack;
    expect((await freeipmi('ipmipower', port, [...options, '--stat'])).output).toContain('127.0.0.1: off');
    expect((await freeipmi('ipmipower', port, [...options, '--on'])).output).toContain('127.0.0.1: ok');
    expect((await freeipmi('ipmipower', port, [...options, '--stat'])).output).toContain('127.0.0.1: on');
    expect((await freeipmi('ipmipower', port, [...options, '--reset'])).output).toContain('127.0.0.1: ok');
    expect((await freeipmi('ipmipower', port, [...options, '--soft'])).output).toContain('127.0.0.1: ok');
    expect(rack.actions).toEqual(['on', 'reset', 'soft']);
  });

  test('ipmi-chassis, bmc-info and ipmi-fru', async () => {
    rack = await startOurBmc();
    const { port } = rack;
    const chassis = await freeipmi('ipmi-chassis', port, [...options, '--get-chassis-status']);
    expect(chassis.output).toMatch(/System Power\s+: off/);
    const identify = await freeipmi('ipmi-chassis', port, [
      ...options,
      '-l',
      'OPERATOR',
      '--chassis-identify=30',
    ]);
    expect(identify.output).toBe('');
    expect(rack.identified).toEqual([{ seconds: 30 }]);
    const information = await freeipmi('bmc-info', port, options);
    expect(information.output).toMatch(/IPMI Version\s+: 2\.0/);
    expect(information.output).toMatch(/System GUID\s*: [0-9a-f-]{36}/);
    const fru = await freeipmi('ipmi-fru', port, [...options, `--sdr-cache-directory=${cache}`]);
    expect(fru.output).toContain('FRU Product Serial Number: SN0001');
    expect(fru.output).not.toMatch(/error|invalid/i);
  });

  test('wrong password', async () => {
    rack = await startOurBmc();
    const wrong = ['-p', 'wrong', '--session-timeout=3000', '--retransmission-timeout=500'];
    const status = await freeipmi('ipmipower', rack.port, [...options, ...wrong, '--stat']);
    expect(status.output).toMatch(/password (invalid|verification timeout)/);
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('lost and doubled packets', async () => {
    rack = await startOurBmc();
    const relay = await startLossyRelay(rack.port, { dropEvery: 7, doubleEvery: 3, mayDouble: isInSession });
    for (let round = 0; round < 4; round += 1) {
      const patience = ['--retransmission-timeout=200', '--session-timeout=8000'];
      const status = await freeipmi('ipmipower', relay.port, [...options, ...patience, '--stat']);
      expect(status.output).toContain('127.0.0.1: off');
    }
    expect(relay.lost).toBeGreaterThan(3);
    expect(relay.doubled).toBeGreaterThan(3);
    relay.close();
  });
});

/** ipmipower 1.6.10 exits when an answer of the RMCP+ set-up comes twice (ipmipower_packet.c), so only these are doubled. */
function isInSession(datagram: Buffer): boolean {
  return datagram[4] !== 0x06 || ((datagram[5] ?? 0) & 0x40) !== 0;
}

test('a BMC that dies in the middle of a session', async () => {
  rack = await startOurBmc();
  rack.server.faults.diesAfter = 5;
  const patience = ['--session-timeout=1500', '--retransmission-timeout=300'];
  const status = await freeipmi('ipmipower', rack.port, ['-D', 'LAN_2_0', '-I', '17', ...patience, '--stat']);
  expect(status.output).toContain('127.0.0.1: session timeout');
});

test('a user that does not exist and a privilege that is too high are named', async () => {
  rack = await startOurBmc();
  const { port } = rack;
  const stat = (...login: readonly string[]) =>
    freeipmi('ipmipower', port, ['-D', 'LAN_2_0', '-I', '17', ...login, '--stat']);
  expect((await stat('-u', 'nobody')).output).toContain('username invalid');
  const oper = ['-u', 'oper', '-p', 'operpass'];
  expect((await stat(...oper, '-l', 'ADMIN')).output).toContain('privilege level cannot be obtained');
  expect((await stat(...oper, '-l', 'OPERATOR')).output).toContain('127.0.0.1: off');
});

test('a suite that is not enabled is named', async () => {
  rack = await startOurBmc({ cipherSuites: [3] });
  const status = await freeipmi('ipmipower', rack.port, ['-D', 'LAN_2_0', '-I', '17', '--stat']);
  expect(status.output).toContain('cipher suite id unavailable');
});

test('ipmiping and rmcpping, which know port 623 only, find it', async () => {
  const server = fileURLToPath(new URL('serve-bmcs.ts', import.meta.url));
  // An own network namespace: port 623 is free there, and an ordinary user may bind it.
  const script = `ip link set lo up
    mkfifo "$1/hold"
    sleep 60 > "$1/hold" & holder=$!
    "$2" "$3" --port 623 < "$1/hold" > "$1/ready" &
    until grep -q ready "$1/ready"; do kill -0 $! || exit 1; done
    ipmiping -c 1 127.0.0.1
    rmcpping -c 1 127.0.0.1
    kill $holder`;
  const result = await runTool('unshare', '-rn', 'sh', '-c', script, 'sh', cache, process.execPath, server);
  expect(result.output).toContain('response received from 127.0.0.1');
  expect(result.output).toMatch(/pong received from 127.0.0.1/);
});
