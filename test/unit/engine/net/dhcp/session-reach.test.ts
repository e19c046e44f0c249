import { describe, expect, test } from 'vitest';
import { optionCode } from '#engine/net/dhcp/options.ts';
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

describe('who is answered', () => {
  test('watching answers nobody and reports every machine', () => {
    const rig = createRig({ mode: 'watching' });
    expect(rig.receive(message({ type: 'discover' }))).toEqual([]);
    expect(rig.events).toMatchObject([
      { kind: 'seen', client: { mac: mac(1), messageType: 'discover' } },
      { kind: 'ignored', reason: 'watching' },
    ]);
  });

  test('renewing keeps up the leases that we gave, and answers nothing else', () => {
    const rig = createRig();
    const address = bind(rig);
    const networks = { direct: rackNetwork, relayed: [] };
    rig.session.configure({ mode: 'renewing', serverAddress, networks });
    const renewal = message({ type: 'request', clientAddress: address });
    expect(rig.receive(renewal).map(sent => sent.type)).toEqual(['ack']);
    const others = [
      message({ type: 'discover' }),
      message({ type: 'discover', mac: mac(2) }),
      message({ type: 'request', mac: mac(2), clientAddress: address }),
      message({ type: 'request', clientAddress: elsewhere }),
      message({ type: 'request', requestedAddress: address, serverIdentifier: ip('10.77.0.8') }),
    ];
    for (const other of others) expect(rig.receive(other)).toEqual([]);
    rig.nowMs += rackNetwork.leaseSeconds * 1000;
    expect(rig.receive(renewal)).toEqual([]);
  });

  test('off does not even look', () => {
    const rig = createRig({ mode: 'off' });
    expect(rig.receive(message({ type: 'discover' }))).toEqual([]);
    expect(rig.events).toEqual([]);
  });

  test('a refusal of the policy is silence with its reason, for every message that asks for something', () => {
    const rig = createRig({ policy: () => ({ answer: false, reason: 'not enrolled' }) });
    const asks = [
      message({ type: 'discover' }),
      message({ type: 'request', requestedAddress: ip('192.168.1.5') }),
      message({ type: 'request', requestedAddress: ip('10.77.0.100'), serverIdentifier: serverAddress }),
      message({ type: 'inform', clientAddress: elsewhere }),
    ];
    expect(asks.flatMap(packet => rig.receive(packet))).toEqual([]);
    expect(rig.events.filter(event => event.kind === 'ignored')).toHaveLength(4);
    expect(rig.events.at(-1)).toMatchObject({ reason: 'policy', detail: 'not enrolled' });
  });

  test('messages of servers are not answered', () => {
    const rig = createRig();
    expect(rig.receive({ ...message({ type: 'discover' }), op: 'reply' })).toEqual([]);
    expect(rig.receive(message({ type: 'offer' }))).toEqual([]);
    expect(rig.receive({ ...message({ type: 'discover' }), options: new Map() })).toEqual([]);
    expect(rig.events.map(event => event.kind)).toEqual(['malformed', 'seen', 'ignored', 'malformed']);
  });

  test('the mode can change between two messages', () => {
    const rig = createRig({ mode: 'watching' });
    rig.receive(message({ type: 'discover' }));
    rig.session.configure({
      mode: 'full',
      serverAddress,
      networks: { direct: rackNetwork, relayed: [] },
    });
    expect(rig.receive(message({ type: 'discover' }))).toHaveLength(1);
  });
});

describe('probing before an offer', () => {
  const probing = { probesAddresses: true };

  test('a pool address is offered after nobody answered the probe', () => {
    const rig = createRig(probing);
    expect(rig.receive(message({ type: 'discover' }))).toEqual([]);
    const [address] = rig.probes;
    expect(rig.probed(address ?? elsewhere, false)[0]).toMatchObject({
      type: 'offer',
      packet: { yourAddress: address },
    });
  });

  test('a reserved address is offered at once', () => {
    const rig = createRig({ ...probing, policy: () => ({ answer: true, reservedAddress: elsewhere }) });
    expect(rig.receive(message({ type: 'discover' }))).toHaveLength(1);
    expect(rig.probes).toEqual([]);
  });

  test('a machine that holds its lease, or its offer, is not probed again', () => {
    const rig = createRig(probing);
    rig.receive(message({ type: 'discover' }));
    const address = rig.probes[0] ?? elsewhere;
    rig.probed(address, false);
    expect(rig.receive(message({ type: 'discover' }))).toHaveLength(1);
    rig.receive(message({ type: 'request', requestedAddress: address, serverIdentifier: serverAddress }));
    expect(rig.receive(message({ type: 'discover' }))).toHaveLength(1);
    expect(rig.probes).toEqual([address]);
    rig.nowMs += 121_000;
    rig.receive(message({ type: 'discover' }));
    expect(rig.probes).toEqual([address, address]);
  });

  test('an address that somebody uses is reported and the next one is tried, until none is left', () => {
    const rig = createRig(probing);
    rig.receive(message({ type: 'discover' }));
    for (let index = 0; index < 4; index += 1)
      expect(rig.probed(rig.probes[index] ?? elsewhere, true)).toEqual([]);
    expect(new Set(rig.probes).size).toBe(4);
    expect(rig.events.filter(event => event.kind === 'address_in_use')).toHaveLength(4);
    expect(rig.ignored()).toEqual(['pool_exhausted']);
  });

  test('a client that repeats itself meanwhile gets one answer, to its latest message', () => {
    const rig = createRig(probing);
    rig.receive(message({ type: 'discover', transactionId: 1 }));
    rig.receive(message({ type: 'discover', transactionId: 2 }));
    expect(rig.probes).toHaveLength(1);
    const answers = rig.probed(rig.probes[0] ?? elsewhere, false);
    expect(answers.map(sent => sent.packet.transactionId)).toEqual([2]);
    expect(rig.ignored()).toEqual(['probing']);
    expect(rig.probed(rig.probes[0] ?? elsewhere, false)).toEqual([]);
  });

  test('a probe that never reports does not silence its machine for ever', () => {
    const rig = createRig(probing);
    rig.receive(message({ type: 'discover' }));
    rig.nowMs += 6_000;
    rig.receive(message({ type: 'discover' }));
    expect(rig.probes).toHaveLength(2);
  });

  test('two machines are never probed for one address', () => {
    const rig = createRig(probing);
    for (const last of [1, 2, 3, 4]) rig.receive(message({ type: 'discover', mac: mac(last) }));
    expect(new Set(rig.probes).size).toBe(4);
  });

  test('an address behind a relay is offered unprobed: ARP does not pass a router', () => {
    const rig = createRig({ probesAddresses: true });
    const offers = rig.receive(message({ type: 'discover', relayAddress: ip('10.88.0.1') }));
    expect(offers.map(sent => sent.type)).toEqual(['offer']);
    expect(rig.probes).toEqual([]);
  });

  test('a mode switched off during the probe stops the offer', () => {
    const rig = createRig(probing);
    rig.receive(message({ type: 'discover' }));
    rig.session.configure({
      mode: 'watching',
      serverAddress,
      networks: { direct: rackNetwork, relayed: [] },
    });
    expect(rig.probed(rig.probes[0] ?? elsewhere, false)).toEqual([]);
  });
});

describe('where an answer goes (RFC 2131 §4.1)', () => {
  test('to the hardware address, or to all when the client cannot take unicast yet', () => {
    const rig = createRig();
    expect(rig.receive(message({ type: 'discover' }))[0]?.to.kind).toBe('hardware');
    expect(rig.receive(message({ type: 'discover', broadcast: true }))[0]?.to.kind).toBe('broadcast');
  });

  test('to the relay, from the network of the relay, option 82 unchanged', () => {
    const rig = createRig();
    const information = Uint8Array.from([1, 4, 0, 1, 2, 3]);
    const [offer] = rig.receive(
      message({
        type: 'discover',
        relayAddress: ip('10.88.0.1'),
        options: new Map([[optionCode.relayAgentInformation, information]]),
      }),
    );
    expect(offer?.to).toEqual({ kind: 'relay', address: '10.88.0.1' });
    expect(offer?.packet).toMatchObject({ relayAddress: '10.88.0.1' });
    expect(offer?.packet.yourAddress).toMatch(/^10\.88\.0\.1\d\d$/);
    expect([...(offer?.packet.options ?? [])].at(-1)).toEqual([82, information]);
  });

  test('a relayed refusal asks the relay to broadcast it', () => {
    const [answer] = createRig().receive(
      message({
        type: 'request',
        relayAddress: ip('10.88.0.1'),
        requestedAddress: ip('10.77.0.100'),
      }),
    );
    expect(answer).toMatchObject({ type: 'nak', to: { kind: 'relay' }, packet: { broadcast: true } });
  });

  test('a relay that names the link is served from that link and answered itself (RFC 3527)', () => {
    const [offer] = createRig().receive(
      message({
        type: 'discover',
        relayAddress: ip('10.77.0.3'),
        options: new Map([[82, Uint8Array.from([5, 4, 10, 88, 0, 0])]]),
      }),
    );
    expect(offer?.packet.yourAddress).toMatch(/^10\.88\./);
    expect(offer?.to).toEqual({ kind: 'relay', address: '10.77.0.3' });
  });

  test('an unknown relay gets nothing and is reported', () => {
    const rig = createRig();
    expect(rig.receive(message({ type: 'discover', relayAddress: ip('10.99.0.1') }))).toEqual([]);
    expect(rig.events.at(-1)).toMatchObject({ reason: 'unknown_relay', detail: '10.99.0.1' });
  });

  test('a machine behind a relay renews past it and is answered from its own network', () => {
    const rig = createRig();
    const relayed = { relayAddress: ip('10.88.0.1') };
    const offered =
      rig.receive(message({ type: 'discover', ...relayed }))[0]?.packet.yourAddress ?? elsewhere;
    rig.receive(
      message({ type: 'request', ...relayed, requestedAddress: offered, serverIdentifier: serverAddress }),
    );
    const [ack] = rig.receive(message({ type: 'request', clientAddress: offered }), offered);
    expect(ack).toMatchObject({ type: 'ack', to: { kind: 'unicast', address: offered } });
    rig.leases.save({
      networkId: 'remote',
      address: ip('10.88.0.105'),
      mac: mac(1),
      expiresAtMs: 9e9,
      hostName: '',
    });
    const [nak] = rig.receive(message({ type: 'request', clientAddress: offered }), offered);
    expect(nak).toMatchObject({ type: 'nak', to: { kind: 'unicast', address: offered } });
  });

  test('one MAC in two networks has a lease in each', () => {
    const rig = createRig();
    bind(rig);
    const relayed = { relayAddress: ip('10.88.0.1') };
    const offered =
      rig.receive(message({ type: 'discover', ...relayed }))[0]?.packet.yourAddress ?? elsewhere;
    rig.receive(
      message({ type: 'request', ...relayed, requestedAddress: offered, serverIdentifier: serverAddress }),
    );
    expect(rig.leases.list().map(lease => lease.networkId)).toEqual(['rack', 'remote']);
  });
});
