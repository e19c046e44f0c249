import { describe, expect, test } from 'vitest';
import { optionCode, readAddress, readText, readUint32 } from '#engine/net/dhcp/options.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { createRig, ip, mac, message, type Rig, rackNetwork, serverAddress } from './rig.ts';

const elsewhere = ip('10.77.0.9');

/** The address after DISCOVER, OFFER, REQUEST, ACK. */
function bind(rig: Rig, of = mac(1)) {
  const offered = rig.receive(message({ type: 'discover', mac: of }))[0]?.packet.yourAddress ?? ip('0.0.0.0');
  const answers = rig.receive(
    message({ type: 'request', mac: of, requestedAddress: offered, serverIdentifier: serverAddress }),
  );
  expect(answers.map(sent => sent.type)).toEqual(['ack']);
  return offered;
}

function bindTo(rig: Rig, of: Mac, address: Ipv4): void {
  rig.receive(message({ type: 'discover', mac: of, requestedAddress: address }));
  rig.receive(
    message({ type: 'request', mac: of, requestedAddress: address, serverIdentifier: serverAddress }),
  );
}

describe('the way to an address', () => {
  test('DISCOVER gets an OFFER and REQUEST an ACK that is on record before it leaves', () => {
    const rig = createRig();
    const [offer] = rig.receive(message({ type: 'discover', transactionId: 7 }));
    expect(offer).toMatchObject({ type: 'offer', packet: { op: 'reply', transactionId: 7 } });
    expect(rig.leases.list()).toEqual([]);

    const offered = offer?.packet.yourAddress ?? ip('0.0.0.0');
    const actions = rig.session.handle(
      {
        kind: 'packet',
        packet: message({ type: 'request', requestedAddress: offered, serverIdentifier: serverAddress }),
        source: ip('0.0.0.0'),
      },
      rig.nowMs,
    );
    expect(actions.map(action => action.kind)).toEqual(['observe', 'save_lease', 'send', 'observe']);
    expect(actions[1]).toMatchObject({
      lease: { networkId: 'rack', mac: mac(1), address: offered, expiresAtMs: rig.nowMs + 120_000 },
    });
  });

  test('the answer carries lease times, mask, router and the server', () => {
    const [offer] = createRig().receive(message({ type: 'discover' }));
    const options = offer?.packet.options ?? new Map<number, Uint8Array>();
    expect(readAddress(options, optionCode.serverIdentifier)).toBe('10.77.0.1');
    expect(readUint32(options, optionCode.leaseTime)).toBe(120);
    expect(readUint32(options, optionCode.renewalTime)).toBe(60);
    expect(readUint32(options, optionCode.rebindingTime)).toBe(105);
    expect(readAddress(options, optionCode.subnetMask)).toBe('255.255.255.0');
    expect(readAddress(options, optionCode.router)).toBe('10.77.0.254');
  });

  test('a machine gets the same address again, also after its lease ended', () => {
    const rig = createRig();
    const first = bind(rig);
    rig.nowMs += 3_600_000;
    expect(bind(rig)).toBe(first);
    expect(rig.leases.list()).toHaveLength(1);
  });

  test('different machines get different addresses from the offer on', () => {
    const rig = createRig();
    const offered = [1, 2, 3, 4].map(last => rig.receive(message({ type: 'discover', mac: mac(last) })));
    expect(new Set(offered.map(answers => answers[0]?.packet.yourAddress)).size).toBe(4);
  });

  test('the address a client asks for is given when it is free', () => {
    const rig = createRig();
    const wish = ip('10.77.0.102');
    const [offer] = rig.receive(message({ type: 'discover', requestedAddress: wish }));
    expect(offer?.packet.yourAddress).toBe(wish);
    const [other] = rig.receive(message({ type: 'discover', mac: mac(2), requestedAddress: wish }));
    expect(other?.packet.yourAddress).not.toBe(wish);
  });

  test('an exhausted pool is reported and answered with silence, and a stale offer frees its place', () => {
    const rig = createRig();
    for (const last of [1, 2, 3, 4]) rig.receive(message({ type: 'discover', mac: mac(last) }));
    expect(rig.receive(message({ type: 'discover', mac: mac(5) }))).toEqual([]);
    expect(rig.ignored()).toEqual(['pool_exhausted']);
    rig.nowMs += 61_000;
    expect(rig.receive(message({ type: 'discover', mac: mac(5) }))).toHaveLength(1);
  });

  test('an expired lease gives way to a new machine, a live one does not', () => {
    const rig = createRig();
    for (const last of [1, 2, 3, 4]) bind(rig, mac(last));
    expect(rig.receive(message({ type: 'discover', mac: mac(5) }))).toEqual([]);
    rig.nowMs += 121_000;
    bind(rig, mac(5));
    expect(rig.leases.list()).toHaveLength(4);
  });

  test('network, broadcast, router, server and reserved addresses are never given from a pool', () => {
    const rig = createRig({
      direct: {
        ...rackNetwork,
        subnet: { address: ip('10.77.0.0'), prefixLength: 29 },
        pool: { first: ip('10.77.0.0'), last: ip('10.77.0.7') },
        routers: [ip('10.77.0.2')],
        isReserved: address => address === ip('10.77.0.3'),
      },
    });
    const given = [1, 2, 3, 4, 5, 6].flatMap(last =>
      rig.receive(message({ type: 'discover', mac: mac(last) })).map(sent => sent.packet.yourAddress),
    );
    expect(given.toSorted()).toEqual(['10.77.0.4', '10.77.0.5', '10.77.0.6']);
  });

  test('a pool as wide as a /8 is given up after a bounded search', () => {
    const rig = createRig({
      direct: {
        ...rackNetwork,
        subnet: { address: ip('10.0.0.0'), prefixLength: 8 },
        pool: { first: ip('10.0.0.1'), last: ip('10.255.255.254') },
        isReserved: () => true,
      },
    });
    expect(rig.receive(message({ type: 'discover' }))).toEqual([]);
    expect(rig.ignored()).toEqual(['pool_exhausted']);
  });

  test('a network without a pool serves reservations only', () => {
    const { pool: _, ...poolless } = rackNetwork;
    const rig = createRig({
      direct: poolless,
      policy: client =>
        client.mac === mac(1) ? { answer: true, reservedAddress: elsewhere } : { answer: true },
    });
    expect(bind(rig)).toBe(elsewhere);
    expect(rig.receive(message({ type: 'discover', mac: mac(2) }))).toEqual([]);
    expect(rig.ignored()).toEqual(['no_pool']);
  });
});

describe('reservations', () => {
  test('a reserved address is given, inside or outside the pool', () => {
    const rig = createRig({ policy: () => ({ answer: true, reservedAddress: elsewhere }) });
    expect(bind(rig)).toBe(elsewhere);
  });

  test('a reservation for another network gives way to the pool', () => {
    const rig = createRig({ policy: () => ({ answer: true, reservedAddress: ip('192.168.5.5') }) });
    expect(bind(rig)).toMatch(/^10\.77\.0\.10[0-3]$/);
  });

  test('a machine renewing a pool address moves to its new reservation', () => {
    let reserved = false;
    const rig = createRig({
      policy: () => (reserved ? { answer: true, reservedAddress: elsewhere } : { answer: true }),
    });
    const before = bind(rig);
    reserved = true;
    const [answer] = rig.receive(message({ type: 'request', clientAddress: before }));
    expect(answer?.type).toBe('nak');
    expect(bind(rig)).toBe(elsewhere);
    expect(rig.leases.list().map(lease => lease.address)).toEqual([elsewhere]);
  });

  test('our own address is given to nobody, also when somebody reserved it', () => {
    const rig = createRig({ policy: () => ({ answer: true, reservedAddress: serverAddress }) });
    expect(bind(rig)).toMatch(/^10\.77\.0\.10\d$/);
  });

  test('the new lease is saved before the old one goes: a full disk takes neither', () => {
    let reservedAddress: Ipv4 | undefined;
    const rig = createRig({
      policy: () => ({ answer: true, ...(reservedAddress === undefined ? {} : { reservedAddress }) }),
    });
    const before = bind(rig);
    reservedAddress = ip('10.77.0.50');
    const request = message({
      type: 'request',
      requestedAddress: reservedAddress,
      serverIdentifier: serverAddress,
    });
    const changes = rig.session
      .handle({ kind: 'packet', packet: request, source: ip('0.0.0.0') }, rig.nowMs)
      .flatMap(action =>
        action.kind === 'save_lease'
          ? [['save', action.lease.address]]
          : action.kind === 'remove_lease'
            ? [['remove', action.address]]
            : [],
      );
    expect(changes).toEqual([
      ['save', '10.77.0.50'],
      ['remove', before],
    ]);
  });

  test('a machine keeps an address that was reserved for another one, as long as it renews it', () => {
    let isReserved = false;
    const rig = createRig({ direct: { ...rackNetwork, isReserved: () => isReserved } });
    const address = bind(rig);
    isReserved = true;
    const renew = () =>
      rig.receive(message({ type: 'request', clientAddress: address })).map(({ type }) => type);
    expect(renew()).toEqual(['ack']);
    expect(rig.receive(message({ type: 'discover' }))[0]?.packet.yourAddress).toBe(address);
    rig.nowMs += 120_001;
    expect(renew()).toEqual(['nak']);
  });

  test('an address still leased to its old holder is not given to the one it is reserved for', () => {
    const rig = createRig({
      leases: [{ networkId: 'rack', address: elsewhere, mac: mac(9), expiresAtMs: 1_060_000, hostName: '' }],
      policy: () => ({ answer: true, reservedAddress: elsewhere }),
    });
    const [offer] = rig.receive(message({ type: 'discover' }));
    expect(offer?.packet.yourAddress).not.toBe(elsewhere);
    rig.nowMs += 61_000;
    const [later] = rig.receive(message({ type: 'discover' }));
    expect(later?.packet.yourAddress).toBe(elsewhere);
  });
});

describe('REQUEST', () => {
  test('for another server is not ours, and our offer is free again', () => {
    const rig = createRig();
    const [offer] = rig.receive(message({ type: 'discover' }));
    const request = message({
      type: 'request',
      requestedAddress: ip('10.77.0.200'),
      serverIdentifier: ip('10.77.0.2'),
    });
    expect(rig.receive(request)).toEqual([]);
    expect(rig.events.at(-1)).toMatchObject({ kind: 'ignored', reason: 'other_server', detail: '10.77.0.2' });
    const offered = offer?.packet.yourAddress ?? ip('0.0.0.0');
    const [next] = rig.receive(message({ type: 'discover', mac: mac(2), requestedAddress: offered }));
    expect(next?.packet.yourAddress).toBe(offered);
  });

  test('SELECTING an address that was never offered but is free is acknowledged: the engine may have restarted', () => {
    const rig = createRig();
    const request = message({
      type: 'request',
      requestedAddress: ip('10.77.0.101'),
      serverIdentifier: serverAddress,
    });
    expect(rig.receive(request)[0]?.type).toBe('ack');
  });

  test.each(['10.77.0.200', '10.99.0.5', '10.77.0.254'])(
    'SELECTING %s, which is not ours to give, is refused',
    address => {
      const request = message({
        type: 'request',
        requestedAddress: ip(address),
        serverIdentifier: serverAddress,
      });
      expect(createRig().receive(request)[0]).toMatchObject({
        type: 'nak',
        to: { kind: 'broadcast' },
        packet: { yourAddress: '0.0.0.0', clientAddress: '0.0.0.0' },
      });
    },
  );

  test('INIT-REBOOT with the leased address is acknowledged', () => {
    const rig = createRig();
    const address = bind(rig);
    expect(rig.receive(message({ type: 'request', requestedAddress: address }))[0]?.type).toBe('ack');
  });

  test('INIT-REBOOT on the wrong network is refused with the reason in words', () => {
    const [answer] = createRig().receive(message({ type: 'request', requestedAddress: ip('192.168.1.5') }));
    expect(answer?.type).toBe('nak');
    expect(readText(answer?.packet.options ?? new Map(), optionCode.message)).toBe(
      '192.168.1.5 does not belong to this network',
    );
  });

  test('INIT-REBOOT of a machine without a record is met with silence', () => {
    const rig = createRig();
    expect(rig.receive(message({ type: 'request', requestedAddress: ip('10.77.0.100') }))).toEqual([]);
    expect(rig.ignored()).toEqual(['no_record']);
  });

  test('INIT-REBOOT with another address than the one on record is refused', () => {
    const rig = createRig();
    bind(rig);
    expect(rig.receive(message({ type: 'request', requestedAddress: ip('10.77.0.250') }))[0]?.type).toBe(
      'nak',
    );
  });

  test('RENEWING extends the lease and answers straight to the address in use', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.nowMs += 60_000;
    const [answer] = rig.receive(message({ type: 'request', clientAddress: address }), address);
    expect(answer).toMatchObject({
      type: 'ack',
      to: { kind: 'unicast', address },
      packet: { clientAddress: address, yourAddress: address },
    });
    expect(rig.leases.list()[0]?.expiresAtMs).toBe(rig.nowMs + 120_000);
  });

  test('REBINDING an address that went to another machine meanwhile is not acknowledged', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.nowMs += 121_000;
    bindTo(rig, mac(2), address);
    expect(rig.receive(message({ type: 'request', clientAddress: address }))).toEqual([]);
    expect(rig.ignored()).toEqual(['no_record']);
    expect(rig.leases.findByAddress('rack', address)?.mac).toBe(mac(2));
  });

  test('without any address is reported as incomplete', () => {
    const rig = createRig();
    expect(rig.receive(message({ type: 'request' }))).toEqual([]);
    expect(rig.receive(message({ type: 'request', serverIdentifier: serverAddress }))).toEqual([]);
    expect(rig.ignored()).toEqual(['incomplete', 'incomplete']);
  });
});

describe('DECLINE, RELEASE, INFORM', () => {
  test('a declined address is reported and stays out of the pool', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.receive(message({ type: 'decline', requestedAddress: address, serverIdentifier: serverAddress }));
    expect(rig.events.at(-1)).toMatchObject({ kind: 'address_in_use', address, foundBy: 'decline' });
    expect(rig.leases.list()).toEqual([]);
    expect(bind(rig)).not.toBe(address);
    for (const last of [2, 3]) bind(rig, mac(last));
    expect(rig.receive(message({ type: 'discover', mac: mac(4) }))).toEqual([]);
    rig.nowMs += 601_000;
    const [offer] = rig.receive(message({ type: 'discover', mac: mac(4), requestedAddress: address }));
    expect(offer?.packet.yourAddress).toBe(address);
  });

  test('nobody can decline the address of somebody else', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.receive(message({ type: 'decline', mac: mac(2), requestedAddress: address }));
    rig.receive(message({ type: 'decline', mac: mac(2), requestedAddress: ip('10.77.0.101') }));
    expect(rig.ignored()).toEqual(['no_record', 'no_record']);
    expect(rig.leases.list()).toHaveLength(1);
  });

  test('a released address is free at once', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.receive(message({ type: 'release', clientAddress: address, serverIdentifier: serverAddress }));
    expect(rig.events.at(-1)).toMatchObject({ kind: 'released', address });
    expect(rig.leases.list()).toEqual([]);
  });

  test('nobody can release the address of somebody else, nor through another server', () => {
    const rig = createRig();
    const address = bind(rig);
    rig.receive(message({ type: 'release', mac: mac(2), clientAddress: address }));
    rig.receive(message({ type: 'release', clientAddress: address, serverIdentifier: ip('10.77.0.2') }));
    expect(rig.ignored()).toEqual(['no_record', 'other_server']);
    expect(rig.leases.list()).toHaveLength(1);
  });

  test('INFORM gets parameters without a lease', () => {
    const rig = createRig();
    const [answer] = rig.receive(message({ type: 'inform', clientAddress: elsewhere }));
    expect(answer).toMatchObject({
      type: 'ack',
      to: { kind: 'unicast', address: elsewhere },
      packet: { yourAddress: '0.0.0.0' },
    });
    expect(answer?.packet.options.has(optionCode.leaseTime)).toBe(false);
    expect(answer?.packet.options.has(optionCode.subnetMask)).toBe(true);
    expect(rig.leases.list()).toEqual([]);
  });

  test('INFORM without ciaddr is answered at its source, and never outside the network', () => {
    const rig = createRig();
    expect(rig.receive(message({ type: 'inform' }), elsewhere)[0]?.to).toEqual({
      kind: 'unicast',
      address: elsewhere,
    });
    expect(rig.receive(message({ type: 'inform', clientAddress: ip('203.0.113.9') }))).toEqual([]);
  });
});
