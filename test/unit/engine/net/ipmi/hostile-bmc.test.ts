import { expect, test } from 'vitest';
import { getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { activateSession, encodeActivatedSession } from '#engine/net/ipmi/commands/session-setup.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { encodeLanResponse, type LanMessage } from '#engine/net/ipmi/message.ts';
import {
  authType,
  decodeIpmiDatagram,
  encodeRmcp,
  encodeV15,
  encodeV20Session,
  payloadType,
  rmcpClassIpmi,
} from '#engine/net/ipmi/packet.ts';
import { v15AuthCode } from '#engine/net/ipmi/seal.ts';
import { captured } from './captured.ts';
import { hostileVariants, seededBytes, seededRandom } from './hostile.ts';
import { bmcAddress, simulatedRack } from './simulated-rack.ts';

const versions = ['2.0', '1.5'] as const;

test.each(versions)(
  'noise and stale packets between the answers do not disturb a session, IPMI %s',
  async interfaceVersion => {
    const rack = await simulatedRack();
    const random = seededRandom(3);
    const stale = ['ipmitool-suite-3', 'ipmitool-suite-17', 'ipmitool-md5']
      .flatMap(captured)
      .map(({ bytes }) => bytes);
    rack.network.conditions.pass = (_datagram, from, to) => {
      if (from.address !== bmcAddress) return true;
      for (const bytes of stale) rack.network.inject(bytes, from, to);
      for (let round = 0; round < 20; round += 1) {
        const noise = seededBytes(random, Math.floor(random() * 100));
        rack.network.inject(noise, from, to);
        rack.network.inject(Buffer.concat([Buffer.from('0600ff0706', 'hex'), noise]), from, to);
      }
      return true;
    };
    const session = await rack.open({ interfaceVersion });
    for (let round = 0; round < 5; round += 1) await rack.run(session.run(getChassisStatus));
    await rack.run(session.close());
  },
);

test.each(versions)(
  'damaged copies of an answer end in an answer or in a known failure, never in a throw, IPMI %s',
  async interfaceVersion => {
    // Each round, the n-th answer of the BMC is replaced by its damaged variants.
    for (let target = 0; target < 6; target += 1) {
      const rack = await simulatedRack();
      let answers = 0;
      rack.network.conditions.pass = (datagram, from, to) => {
        if (from.address !== bmcAddress) return true;
        answers += 1;
        if (answers - 1 !== target) return true;
        for (const variant of hostileVariants([datagram], target)) {
          if (!variant.equals(datagram)) rack.network.inject(variant, from, to);
        }
        return false;
      };
      const outcome = await rack
        .open({ interfaceVersion, timing: { firstTimeoutMs: 10, attempts: 2, busyDelayMs: 10 } })
        .then(
          session => rack.run(session.run(getChassisStatus)).then(() => 'opened'),
          (error: unknown) => error,
        )
        .catch((error: unknown) => error);
      expect(outcome === 'opened' || outcome instanceof BmcError, `answer ${target}`).toBe(true);
    }
  },
);

test("an earlier session's answer to Activate Session is not taken for that of this one", async () => {
  const rack = await simulatedRack();
  rack.network.conditions.pass = (_datagram, from, to) => {
    if (from.address !== bmcAddress) return true;
    for (const old of activatedLongAgo()) rack.network.inject(old, from, to);
    return true;
  };
  const session = await rack.open({ interfaceVersion: '1.5' });
  await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
});

/** For every request number; signed with the same password, from a BMC that answers under the new session's id. */
function activatedLongAgo(): readonly Buffer[] {
  const ids = { sessionId: 0x0a02, sequence: 0x3d00bd54 };
  const data = encodeActivatedSession({
    authType: authType.md5,
    sessionId: ids.sessionId,
    initialInbound: 0x1000,
    maxPrivilege: 4,
  });
  return Array.from({ length: 64 }, (_, number) => {
    const message = encodeLanResponse({ ...answerTo(activateSessionRequest, number), data });
    const authCode = v15AuthCode(authType.md5, Buffer.from('labpass'), ids.sessionId, ids.sequence, message);
    if (authCode === undefined) throw new Error('MD5 signs');
    return encodeV15({ version: '1.5', authType: authType.md5, ...ids, message, authCode });
  });
}

const activateSessionRequest = activateSession({
  authType: authType.md5,
  privilege: 4,
  challenge: Buffer.alloc(16),
  initialOutbound: 1,
});

function answerTo({ netFn, command }: Pick<LanMessage, 'netFn' | 'command'>, sequence: number) {
  return {
    to: 0x81,
    from: 0x20,
    toLun: 0,
    fromLun: 0,
    netFn: netFn | 1,
    command,
    sequence,
    completionCode: 0,
  };
}

test('an unsigned packet says nothing inside a signed session, whatever it says', async () => {
  const rack = await simulatedRack();
  const session = await rack.open();
  let forgeries = 0;
  rack.network.conditions.pass = (datagram, from, to) => {
    if (from.address !== bmcAddress) return true;
    for (const forged of unsignedPowerOn(datagram)) {
      rack.network.inject(forged, from, to);
      forgeries += 1;
    }
    return true;
  };
  await expect(rack.run(session.run(getChassisStatus))).resolves.toMatchObject({ power: 'off' });
  expect(forgeries).toBe(64);
});

/** "Power is on" for every request number, with the session id and sequence number of a genuine answer. */
function unsignedPowerOn(genuine: Buffer): readonly Buffer[] {
  const packet = decodeIpmiDatagram(genuine);
  if (!packet.ok || packet.value.version !== '2.0') throw new Error('not an answer of an RMCP+ session');
  const { sessionId, sequence } = packet.value;
  const header = {
    payloadType: payloadType.ipmi,
    encrypted: false,
    authenticated: false,
    sessionId,
    sequence,
  };
  return Array.from({ length: 64 }, (_, number) => {
    const data = Buffer.of(0x01, 0x00, 0x00);
    const response = encodeLanResponse({ ...answerTo(getChassisStatus, number), data });
    return encodeRmcp(rmcpClassIpmi, encodeV20Session(header, response));
  });
}
