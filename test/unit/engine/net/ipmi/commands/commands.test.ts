import { describe, expect, test } from 'vitest';
import { encodeBootFlags, getBootFlags, readBootFlags } from '#engine/net/ipmi/commands/boot-options.ts';
import {
  chassisControl,
  chassisIdentify,
  decodeChassisAction,
  decodeIdentify,
  encodeChassisStatus,
  encodeRestartCause,
  getChassisStatus,
  getRestartCause,
} from '#engine/net/ipmi/commands/chassis.ts';
import type { BmcCommand } from '#engine/net/ipmi/commands/command.ts';
import { fixedText, privilegeFromLevel, privilegeLevel } from '#engine/net/ipmi/commands/command.ts';
import { encodeDeviceId, getDeviceId, getSystemGuid } from '#engine/net/ipmi/commands/device.ts';
import { getFruAreaInfo, readFruData } from '#engine/net/ipmi/commands/fru.ts';
import {
  activateSession,
  chooseV15AuthType,
  decodeActivateSessionRequest,
  encodeActivatedSession,
  encodeAuthCapabilities,
  getChannelAuthCapabilities,
  getSessionChallenge,
  setSessionPrivilege,
} from '#engine/net/ipmi/commands/session-setup.ts';
import {
  encodeUserAccess,
  getUserAccess,
  getUserName,
  setUserPassword,
} from '#engine/net/ipmi/commands/user.ts';
import { hostileVariants } from '../hostile.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

function decode<T>(command: BmcCommand<T>, data: Buffer): T {
  const decoded = command.decode(data);
  if (!decoded.ok) throw new Error(decoded.reason);
  return decoded.value;
}

describe('answers of ipmi_sim to ipmitool', () => {
  test('Get Channel Authentication Capabilities', () => {
    const value = decode(getChannelAuthCapabilities(4, true), hex('0197050300000000'));
    expect(value).toEqual({
      channel: 1,
      authTypes: [0, 1, 2, 4],
      bmcKeySet: false,
      perMessageAuthDisabled: false,
      userLevelAuthDisabled: false,
      namedUsers: true,
      nullUsers: false,
      anonymousLogin: true,
      supportsV15: true,
      supportsV20: true,
      oemIana: 0,
    });
    expect(encodeAuthCapabilities(value, true)).toEqual(hex('0197050300000000'));
  });

  test('the same without the v2.0 half means a board of IPMI 1.5', () => {
    const value = decode(getChannelAuthCapabilities(4, false), hex('0117050000000000'));
    expect(value).toMatchObject({ supportsV15: true, supportsV20: false });
  });

  test('Get Session Challenge and Activate Session', () => {
    const challenge = decode(
      getSessionChallenge(2, Buffer.from('admin')),
      hex('05030000ae2f262ab54cfeea55aad2131a1c74ff'),
    );
    expect(challenge).toEqual({
      temporarySessionId: 0x0305,
      challenge: hex('ae2f262ab54cfeea55aad2131a1c74ff'),
    });
    const activated = decode(
      activateSession({ authType: 2, privilege: 4, challenge: challenge.challenge, initialOutbound: 1 }),
      hex('02020a0000e6b0b38804'),
    );
    expect(activated).toEqual({
      authType: 2,
      sessionId: 0x0a02,
      initialInbound: 0x88b3b0e6,
      maxPrivilege: 4,
    });
    expect(encodeActivatedSession(activated)).toEqual(hex('02020a0000e6b0b38804'));
  });

  test('Get Device ID', () => {
    const value = decode(getDeviceId, hex('00030908029f911200020f00000000'));
    expect(value).toMatchObject({
      firmware: '9.08',
      ipmiVersion: '2.0',
      manufacturerId: 0x1291,
      productId: 0x0f02,
    });
    expect(encodeDeviceId(value)).toEqual(hex('00030908029f911200020f00000000'));
  });

  test('Get Chassis Status', () => {
    expect(decode(getChassisStatus, hex('00000000'))).toMatchObject({ power: 'off', identify: undefined });
  });
});

describe('what we ask', () => {
  test('Activate Session is read back by the BMC side', () => {
    const request = { authType: 2, privilege: 3, challenge: Buffer.alloc(16, 5), initialOutbound: 77 };
    expect(decodeActivateSessionRequest(activateSession(request).data)).toEqual(request);
    expect(decodeActivateSessionRequest(Buffer.alloc(21))).toBeUndefined();
  });

  test.each(['off', 'on', 'cycle', 'reset', 'diagnostic_interrupt', 'soft'] as const)(
    'Chassis Control %s',
    action => {
      expect(decodeChassisAction(chassisControl(action).data)).toBe(action);
    },
  );

  test('the numbers of Chassis Control are those of table 28-4', () => {
    const bytes = (['off', 'on', 'cycle', 'reset', 'soft'] as const).map(
      action => chassisControl(action).data[0],
    );
    expect(bytes).toEqual([0, 1, 2, 3, 5]);
    expect(decodeChassisAction(Buffer.of(9))).toBeUndefined();
  });

  test('Chassis Identify for a time, for good and off', () => {
    expect(chassisIdentify({ seconds: 20 }).data).toEqual(hex('14'));
    expect(chassisIdentify({ seconds: 9999 }).data).toEqual(hex('ff'));
    expect(chassisIdentify('on').data).toEqual(hex('0001'));
    expect(chassisIdentify('off').data).toEqual(hex('00'));
    expect(decodeIdentify(hex(''))).toEqual({ seconds: 15 });
    expect(['1400', '00', '0001'].map(text => decodeIdentify(hex(text)))).toEqual([
      { seconds: 20 },
      'off',
      'on',
    ]);
  });

  test('passwords up to 16 bytes are stored in the form that IPMI 1.5 can use', () => {
    expect(setUserPassword(3, 'set', Buffer.from('short')).data).toHaveLength(18);
    const long = setUserPassword(3, 'set', Buffer.from('a password of 20 b..'));
    expect(long.data).toHaveLength(22);
    expect(long.data.subarray(0, 2)).toEqual(hex('8302'));
  });
});

test('chassis status comes back as it was', () => {
  const status = {
    power: 'on',
    powerOverload: true,
    powerInterlock: false,
    powerFault: true,
    powerControlFault: false,
    restorePolicy: 'always_on',
    lastPowerEvent: ['ac_failed', 'on_by_command'],
    intrusion: true,
    driveFault: false,
    coolingFault: true,
    identify: 'timed',
  } as const;
  expect(decode(getChassisStatus, encodeChassisStatus(status))).toEqual(status);
});

test('restart causes come back as they were, unknown ones as unknown', () => {
  expect(decode(getRestartCause, encodeRestartCause('watchdog'))).toBe('watchdog');
  expect(decode(getRestartCause, hex('0f01'))).toBe('unknown');
});

test('boot flags have the bytes that Ironic sends', () => {
  const flags = (persistent: boolean, selector: number) =>
    encodeBootFlags({ valid: true, efi: true, persistent, selector }).toString('hex');
  expect(flags(true, 1)).toBe('e004000000');
  expect(flags(false, 2)).toBe('a008000000');
  expect(flags(true, 9)).toBe('e024000000');
  expect(flags(false, 5)).toBe('a014000000');
  expect(flags(false, 6)).toBe('a018000000');
  expect(decode(getBootFlags, hex('0105a004000000'))).toMatchObject({
    valid: true,
    efi: true,
    device: 'pxe',
  });
  expect(readBootFlags(hex('4024000000'))).toEqual({
    valid: false,
    persistent: true,
    efi: false,
    device: undefined,
    selector: 9,
  });
});

test('a GUID is read in each order that firmware uses', () => {
  expect(decode(getSystemGuid, hex('112233445566778899aabbccddeeff00'))).toEqual({
    asSent: '11223344-5566-7788-99aa-bbccddeeff00',
    smbios: '44332211-6655-8877-99aa-bbccddeeff00',
    specified: '00ffeedd-ccbb-aa99-8877-665544332211',
  });
});

test('user access comes back as it was, with each state of "enabled"', () => {
  for (const enabled of [true, false, undefined]) {
    const access = {
      maxUserIds: 15,
      enabledUsers: 2,
      fixedNames: 1,
      enabled,
      callbackOnly: false,
      linkAuthentication: true,
      ipmiMessaging: true,
      privilege: 'operator',
    } as const;
    expect(decode(getUserAccess(3), encodeUserAccess(access, 3))).toEqual(access);
  }
  expect(decode(getUserAccess(3), hex('0f02011f')).privilege).toBeUndefined();
});

test('names from a BMC lose their padding and their control characters', () => {
  expect(fixedText(hex('61646d696e00000000'))).toBe('admin');
  expect(decode(getUserName(2), hex('1b5b33316d61'))).toBe('?[31ma');
});

test('IPMI 1.5 authentication is MD5, or straight where allowed', () => {
  expect(chooseV15AuthType([0, 1, 2, 4], true)).toBe(2);
  expect(chooseV15AuthType([0, 4], true)).toBe(4);
  expect(chooseV15AuthType([0, 4], false)).toBeUndefined();
  expect(chooseV15AuthType([0, 1], true)).toBeUndefined();
});

test('privileges and their numbers', () => {
  expect([1, 2, 3, 4, 5, 15].map(privilegeFromLevel)).toEqual([
    'callback',
    'user',
    'operator',
    'administrator',
    undefined,
    undefined,
  ]);
  expect(privilegeLevel('operator')).toBe(3);
});

test('answers that are cut short, changed or noise are malformed or read, never thrown', () => {
  const commands: readonly BmcCommand<unknown>[] = [
    getChannelAuthCapabilities(4, true),
    getSessionChallenge(2, Buffer.alloc(0)),
    activateSession({ authType: 2, privilege: 4, challenge: Buffer.alloc(16), initialOutbound: 1 }),
    setSessionPrivilege(4),
    getDeviceId,
    getSystemGuid,
    getChassisStatus,
    getRestartCause,
    getBootFlags,
    getUserAccess(1),
    getUserName(1),
    getFruAreaInfo(0),
    readFruData(0, 0, 16),
  ];
  const samples = ['00030908029f911200020f00000000', '0197050300000000', '0105a004000000'].map(hex);
  for (const bytes of hostileVariants(samples)) {
    for (const command of commands) expect(command.decode(bytes)).toHaveProperty('ok');
  }
  const tooShort = commands.map(command => command.decode(Buffer.alloc(0)).ok);
  expect(tooShort.every(ok => !ok)).toBe(true);
});
