import { afterEach, describe, expect, test } from 'vitest';
import { startLossyRelay } from './lossy-relay.ts';
import type { OurBmc } from './our-bmc.ts';
import { startOurBmc } from './our-bmc.ts';
import type { ToolResult } from './run-tool.ts';
import { runTool } from './run-tool.ts';

let rack: OurBmc;
afterEach(() => rack.server.close());

function ipmitool(options: readonly string[], ...command: readonly string[]): Promise<ToolResult> {
  const login = [
    '-H',
    rack.server.address,
    '-p',
    String(rack.port),
    '-U',
    'admin',
    '-P',
    'labpass',
    '-N',
    '1',
  ];
  return runTool('ipmitool', ...login, ...options, ...command);
}

const ways = [
  ['suite 3', ['-I', 'lanplus', '-C', '3']],
  ['suite 17', ['-I', 'lanplus', '-C', '17']],
  ['the suite it chooses itself', ['-I', 'lanplus']],
  ['IPMI 1.5 with MD5', ['-I', 'lan', '-A', 'MD5']],
  ['IPMI 1.5 with the password in clear', ['-I', 'lan', '-A', 'PASSWORD']],
] as const;

describe.each(ways)('ipmitool over %s', (_name, options) => {
  test('switches power and reads the status', async () => {
    rack = await startOurBmc();
    expect((await ipmitool(options, 'power', 'status')).output).toContain('Chassis Power is off');
    expect((await ipmitool(options, 'power', 'on')).output).toContain('Up/On');
    expect((await ipmitool(options, 'power', 'status')).output).toContain('Chassis Power is on');
    expect((await ipmitool(options, 'power', 'cycle')).exitCode).toBe(0);
    expect((await ipmitool(options, 'power', 'reset')).exitCode).toBe(0);
    expect((await ipmitool(options, 'power', 'soft')).exitCode).toBe(0);
    expect(rack.actions).toEqual(['on', 'cycle', 'reset', 'soft']);
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('sets the boot device and reads it back', async () => {
    rack = await startOurBmc();
    const set = await ipmitool(options, 'chassis', 'bootdev', 'pxe', 'options=efiboot,persistent');
    expect(set.output).toContain('Set Boot Device to pxe');
    expect(rack.bmc.bootFlags()).toMatchObject({ valid: true, device: 'pxe', efi: true, persistent: true });
    expect((await ipmitool(options, 'chassis', 'bootparam', 'get', '5')).output).toContain('Force PXE');
  });
});

test('inventory, users and repositories do not make it stumble', async () => {
  rack = await startOurBmc();
  const options = ['-I', 'lanplus', '-C', '17'];
  const fru = await ipmitool(options, 'fru');
  expect(fru.output).toMatch(/Product Serial\s+: SN0001/);
  expect(fru.output).toMatch(/Board Mfg Date\s+: Sat Mar 14 08:30:00 2026/);
  const information = await ipmitool(options, 'mc', 'info');
  expect(information.output).toMatch(/Firmware Revision\s+: 1\.00/);
  expect((await ipmitool(options, 'mc', 'guid')).output).toContain('11111111-2222-3333-4444-555555555555');
  expect((await ipmitool(options, 'sel', 'list')).output).toContain('SEL has no entries');
  expect((await ipmitool(options, 'sdr', 'list')).exitCode).toBe(0);
  expect((await ipmitool(options, 'chassis', 'identify', '9')).exitCode).toBe(0);
  expect(rack.identified).toEqual([{ seconds: 9 }]);
  const ciphers = await ipmitool(options, 'channel', 'getciphers', 'ipmi');
  expect(ciphers.output).toMatch(/^17\s+N\/A\s+hmac_sha256\s+sha256_128\s+aes_cbc_128/m);
  const users = await ipmitool(options, 'user', 'list', '1');
  expect(users.output).toMatch(/^3\s+oper\s+true\s+true\s+true\s+OPERATOR/m);
});

test('a user made by ipmitool can log in', async () => {
  rack = await startOurBmc();
  const options = ['-I', 'lanplus', '-C', '17'];
  for (const command of [
    ['user', 'set', 'name', '6', 'tech'],
    ['user', 'set', 'password', '6', 'tech-password-of-20!', '20'],
    ['channel', 'setaccess', '1', '6', 'ipmi=on', 'privilege=4'],
    ['user', 'enable', '6'],
  ]) {
    expect((await ipmitool(options, ...command)).exitCode, command.join(' ')).toBe(0);
  }
  const login = ['-I', 'lanplus', '-C', '17', '-H', '127.0.0.1', '-p', String(rack.port)];
  const status = await runTool(
    'ipmitool',
    ...login,
    '-U',
    'tech',
    '-P',
    'tech-password-of-20!',
    'power',
    'status',
  );
  expect(status.output).toContain('Chassis Power is off');
});

describe('refusals', () => {
  test.each(ways.slice(0, 4))('a wrong password over %s', async (_name, options) => {
    rack = await startOurBmc();
    const status = await ipmitool([...options, '-P', 'wrong', '-R', '1'], 'power', 'status');
    expect(status.exitCode).toBe(1);
    expect(status.output).not.toContain('Chassis Power is');
    expect(rack.bmc.activeSessions).toBe(0);
  });

  test('an operator who asks for administrator is told so', async () => {
    rack = await startOurBmc();
    const oper = ['-I', 'lanplus', '-C', '17', '-U', 'oper', '-P', 'operpass', '-v'];
    expect((await ipmitool(oper, 'power', 'status')).output).toContain('unauthorized role requested');
    expect((await ipmitool([...oper, '-L', 'OPERATOR'], 'power', 'status')).output).toContain('Power is off');
  });

  test('suites that were not enabled', async () => {
    rack = await startOurBmc({ cipherSuites: [3] });
    for (const suite of ['0', '17']) {
      const status = await ipmitool(['-I', 'lanplus', '-C', suite], 'power', 'status');
      expect(status.output).toContain('no matching cipher suite');
    }
  });

  test('insufficient resources', async () => {
    rack = await startOurBmc();
    rack.bmc.faults.insufficientResources = 1;
    const options = ['-I', 'lanplus', '-C', '3'];
    expect((await ipmitool(options, 'power', 'status')).output).toContain(
      'insufficient resources for session',
    );
    expect((await ipmitool(options, 'power', 'status')).output).toContain('Power is off');
  });
});

test('lost and doubled packets', async () => {
  rack = await startOurBmc();
  const relay = await startLossyRelay(rack.port, { dropEvery: 13, doubleEvery: 4 });
  const login = [
    '-H',
    '127.0.0.1',
    '-p',
    String(relay.port),
    '-U',
    'admin',
    '-P',
    'labpass',
    '-N',
    '1',
    '-R',
    '6',
  ];
  for (let round = 0; round < 3; round += 1) {
    const status = await runTool('ipmitool', ...login, '-I', 'lanplus', '-C', '17', 'power', 'status');
    expect(status.output).toContain('Chassis Power is off');
  }
  expect(relay.lost).toBeGreaterThan(2);
  expect(relay.doubled).toBeGreaterThan(2);
  relay.close();
});

test('a BMC that dies in the middle of a session', async () => {
  rack = await startOurBmc();
  const options = ['-I', 'lanplus', '-C', '17', '-R', '1'];
  rack.server.faults.diesAfter = 6;
  const status = await ipmitool(options, 'power', 'status');
  expect(status.exitCode).toBe(1);
  expect(status.output).not.toContain('Chassis Power is');
});

test('IPv6', async () => {
  rack = await startOurBmc({}, '::1');
  expect((await ipmitool(['-I', 'lanplus', '-C', '17'], 'power', 'status')).output).toContain(
    'Chassis Power is off',
  );
});
