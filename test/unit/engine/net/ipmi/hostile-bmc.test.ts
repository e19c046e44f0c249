import { expect, test } from 'vitest';
import { getChassisStatus } from '#engine/net/ipmi/commands/chassis.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import { encodeLanResponse } from '#engine/net/ipmi/message.ts';
import {
  decodeIpmiDatagram,
  encodeRmcp,
  encodeV20Session,
  payloadType,
  rmcpClassIpmi,
} from '#engine/net/ipmi/packet.ts';
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
    const response = encodeLanResponse({
      to: 0x81,
      from: 0x20,
      toLun: 0,
      fromLun: 0,
      netFn: getChassisStatus.netFn | 1,
      command: getChassisStatus.command,
      sequence: number,
      completionCode: 0,
      data: Buffer.of(0x01, 0x00, 0x00),
    });
    return encodeRmcp(rmcpClassIpmi, encodeV20Session(header, response));
  });
}
