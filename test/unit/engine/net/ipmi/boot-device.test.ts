import { describe, expect, test } from 'vitest';
import { getBootDevice, setBootDevice } from '#engine/net/ipmi/boot-device.ts';
import { bootParameter, setBootOption } from '#engine/net/ipmi/commands/boot-options.ts';
import { chassisControl } from '#engine/net/ipmi/commands/chassis.ts';
import { netFn } from '#engine/net/ipmi/message.ts';
import { simulatedRack } from './simulated-rack.ts';

const pxeOnce = { device: 'pxe', persistent: false, efi: true } as const;

test('the flags are set, read back and outlive the 60 s timer', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const result = await rack.run(setBootDevice(session, pxeOnce));
  expect(result).toMatchObject({
    accepted: true,
    timerCancelled: true,
    readBack: { device: 'pxe', efi: true },
  });
  await rack.clock.advance(3_600_000);
  expect(rack.bmc.bootFlags()).toMatchObject({ valid: true, device: 'pxe', persistent: false });
});

test.each([
  ['disk', 0x2],
  ['cdrom', 0x5],
  ['bios', 0x6],
  ['safe', 0x3],
  ['none', 0x0],
] as const)('%s has selector %i', async (device, selector) => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const result = await rack.run(setBootDevice(session, { device, persistent: true, efi: false }));
  expect(result.accepted).toBe(true);
  expect(rack.bmc.bootFlags()).toMatchObject({ selector, persistent: true, efi: false });
});

test('the machine uses a one-time override up and keeps a persistent one', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  await rack.run(setBootDevice(session, pxeOnce));
  expect(rack.bmc.takeBootFlags()).toMatchObject({ valid: true, device: 'pxe' });
  expect(rack.bmc.takeBootFlags()).toMatchObject({ valid: false, device: 'none' });
  await rack.run(setBootDevice(session, { ...pxeOnce, persistent: true }));
  expect(rack.bmc.takeBootFlags()).toMatchObject({ valid: true, device: 'pxe' });
  expect(rack.bmc.takeBootFlags()).toMatchObject({ valid: true, device: 'pxe' });
});

describe('quirks', () => {
  test('a Supermicro board in UEFI mode gets its own disk selector', async () => {
    const rack = await simulatedRack({ device: { manufacturerId: 10876 } });
    const session = await rack.open();
    const efi = await rack.run(setBootDevice(session, { device: 'disk', persistent: true, efi: true }));
    expect(efi).toMatchObject({ accepted: true, readBack: { selector: 9 } });
    const legacy = await rack.run(setBootDevice(session, { device: 'disk', persistent: true, efi: false }));
    expect(legacy).toMatchObject({ accepted: true, readBack: { selector: 2 } });
  });

  test('a BMC without the timer and the acknowledge data is not an error', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const picky = {
      ...session,
      run: async <T>(command: Parameters<typeof session.run<T>>[0]) =>
        command.netFn === netFn.chassis &&
        command.command === 0x08 &&
        (command.data[0] === 3 || command.data[0] === 4)
          ? session.run({ ...command, data: Buffer.of(99, 0) })
          : session.run(command),
    };
    const result = await rack.run(setBootDevice(picky, pxeOnce));
    expect(result).toMatchObject({ accepted: true, timerCancelled: false });
  });

  test('a BMC that stores something else is found out', async () => {
    const rack = await simulatedRack();
    const session = await rack.open();
    const forgetful = {
      ...session,
      run: async <T>(command: Parameters<typeof session.run<T>>[0]) => {
        const answer = await session.run(command);
        if (command.command === 0x08 && command.data[0] === 5) rack.bmc.takeBootFlags();
        return answer;
      },
    };
    expect(await rack.run(setBootDevice(forgetful, pxeOnce))).toMatchObject({
      accepted: false,
      readBack: { valid: false },
    });
  });
});

test('the BIOS is told that it has not handled the flags, before they are set', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const told: string[] = [];
  const listening: typeof session = {
    ...session,
    run: command => {
      if (command.command === 0x08) told.push(command.data.toString('hex'));
      return session.run(command);
    },
  };
  await rack.run(setBootDevice(listening, pxeOnce));
  expect(told).toEqual(['0308', '040101', '05a004000000']);
});

test('a BMC that refuses parameter 5 is told, not thrown', async () => {
  const rack = await simulatedRack();
  rack.bmc.faults.refusesBootFlags = true;
  const session = await rack.open();
  expect(await rack.run(setBootDevice(session, pxeOnce))).toMatchObject({
    accepted: false,
    refusal: 'parameter not supported',
  });
});

test('a known weakness of the make comes with the result', async () => {
  const rack = await simulatedRack({ device: { manufacturerId: 10876 } });
  const session = await rack.open();
  const { accepted, advice } = await rack.run(setBootDevice(session, pxeOnce));
  expect(accepted).toBe(true);
  expect(advice.map(({ id }) => id)).toEqual([
    'supermicro-efi-pxe-ignored',
    'supermicro-one-time-pxe-unreliable',
  ]);
});

test('an operator may set the boot device, a user may not', async () => {
  const rack = await simulatedRack();
  const oper = { username: 'oper', password: 'operpass' };
  const operator = await rack.open({ ...oper, privilege: 'operator' });
  expect((await rack.run(setBootDevice(operator, pxeOnce))).accepted).toBe(true);
  const user = await rack.open({ ...oper, privilege: 'user' });
  expect(await rack.run(setBootDevice(user, pxeOnce))).toMatchObject({
    accepted: false,
    readBack: undefined,
    refusal: expect.stringContaining('privilege too low'),
  });
  expect(await rack.run(getBootDevice(user))).toBeUndefined();
});

test('without the cancelled timer the flags die after 60 s, unless a power command comes first', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  const setFlags = setBootOption(bootParameter.flags, Buffer.from('a004000000', 'hex'));
  await rack.run(session.run(setFlags));
  await rack.clock.advance(59_000);
  expect(rack.bmc.bootFlags().valid).toBe(true);
  await rack.clock.advance(1500);
  expect(rack.bmc.bootFlags().valid).toBe(false);
  await rack.run(session.run(setFlags));
  await rack.run(session.run(chassisControl('on')));
  await rack.clock.advance(3_600_000);
  expect(rack.bmc.bootFlags().valid).toBe(true);
});
