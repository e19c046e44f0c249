import { expect, it } from 'vitest';
import { networkError } from '#engine/boot-services/network-error.ts';
import { networkRightsCommand } from '#engine/system/network-rights.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

const place = { interfaceName: 'eth0', protocol: 'tcp', port: 8088, address: '10.77.0.1' as Ipv4 } as const;
const systemError = (code: string, errno: number) =>
  Object.assign(new Error(`listen ${code}`), { code, errno, syscall: 'listen' });

it.each([
  ['EADDRINUSE', -98, 'net.port_in_use', { proto: 'tcp', port: 8088 }],
  ['EACCES', -13, 'net.permission_denied', { what: 'listen', port: 8088, command: networkRightsCommand() }],
  ['EADDRNOTAVAIL', -99, 'net.no_address', { interfaceName: 'eth0', cidr: '10.77.0.1' }],
  ['ENODEV', -19, 'net.no_such_interface', { interfaceName: 'eth0' }],
  [
    'ENETUNREACH',
    -101,
    'net.failed',
    { interfaceName: 'eth0', call: 'listen', reason: 'listen ENETUNREACH' },
  ],
])('%s is told in the words of the contract', async (code, errno, told, details) => {
  expect(await networkError(systemError(code, errno), place)).toMatchObject({ code: told, details });
});

it('what no system call threw is a fault of ours, and a coded error stays what it is', async () => {
  expect(await networkError(new Error('undefined is not a function'), place)).toMatchObject({
    code: 'internal',
  });
  const coded = new CodedError('bmc.none', 'no', { node: 'n' });
  expect(await networkError(coded, place)).toBe(coded);
});
