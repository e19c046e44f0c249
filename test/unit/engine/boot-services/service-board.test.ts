import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createServiceBoard } from '#engine/boot-services/service-board.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError, type WorldPatch } from '#shared/contract/index.ts';

let store: Store;
let at: number;
let patches: WorldPatch[];
beforeEach(() => {
  at = 10_000;
  store = openStore(':memory:', new Uint8Array(32), () => at);
  patches = [];
  store.changes.subscribe(patch => patches.push(patch));
});
afterEach(() => store.close());

const board = () => createServiceBoard(['dhcp', 'tftp'], store, () => at);
const portInUse = new CodedError('net.port_in_use', 'UDP port 67 is held by dnsmasq (pid 7)', {
  proto: 'udp',
  port: 67,
});

describe('the board of services', () => {
  it('begins with all of them off, in the order given', () => {
    expect(board().list()).toEqual(
      ['dhcp', 'tftp'].map(name => ({ name, state: 'off', detail: '', lastPacketAt: null, error: null })),
    );
  });

  it('shows the worst of a service’s wires and names all of them', () => {
    const { set, row } = board();
    set('dhcp', 'a', { state: 'on', detail: 'full on eth0 (10.77.0.1:67)' });
    set('dhcp', 'b', { state: 'failed', detail: 'watching on eth1', error: portInUse });
    expect(row('dhcp')).toMatchObject({
      state: 'failed',
      detail: 'full on eth0 (10.77.0.1:67), watching on eth1',
      error: { code: 'net.port_in_use' },
    });
    expect(row('tftp').state).toBe('off');
  });

  it('is well again when the wire that failed runs or is gone', () => {
    const { set, remove, row } = board();
    set('dhcp', 'a', { state: 'on', detail: 'one' });
    set('dhcp', 'b', { state: 'failed', detail: 'two', error: portInUse });
    remove('dhcp', 'b');
    expect(row('dhcp')).toMatchObject({ state: 'on', detail: 'one', error: null });
    remove('dhcp', 'a');
    expect(row('dhcp')).toMatchObject({ state: 'off', detail: '' });
  });

  it('tells the timeline when a service begins to run, not each time that its words change', () => {
    const { set } = board();
    set('tftp', 'a', { state: 'starting', detail: 'eth0' });
    set('tftp', 'a', { state: 'on', detail: 'eth0 (10.77.0.1:69)' });
    set('tftp', 'a', { state: 'on', detail: 'eth0 (10.77.0.2:69)' });
    expect(store.timeline.list({}, 0, 10)).toMatchObject([
      { message: 'service.started', details: { service: 'tftp', detail: 'eth0 (10.77.0.1:69)' } },
    ]);
  });

  it('tells screens each change, and a failure also the timeline', () => {
    const { set, remove } = board();
    set('tftp', 'a', { state: 'failed', detail: 'eth0', error: portInUse });
    remove('tftp', 'a');
    remove('tftp', 'a');
    expect(patches.map(patch => patch.op === 'put' && patch.row)).toMatchObject([
      { name: 'tftp', state: 'failed' },
      { name: 'tftp', state: 'off' },
    ]);
    expect(store.timeline.list({}, 0, 10)).toMatchObject([
      { message: 'service.failed', details: { service: 'tftp', text: portInUse.message } },
    ]);
  });

  it('tells nothing twice: a wire that is looked at every few seconds fails once', () => {
    const { set } = board();
    set('dhcp', 'a', { state: 'failed', detail: 'eth0', error: portInUse });
    set('dhcp', 'a', { state: 'failed', detail: 'eth0', error: portInUse });
    expect(patches).toHaveLength(1);
    expect(store.timeline.list({}, 0, 10)).toHaveLength(1);
  });

  it('tells of packets once a second at most, and knows the last one', () => {
    const { packet, row } = board();
    for (let count = 0; count < 100; count += 1) {
      at += 25;
      packet('dhcp');
    }
    expect(patches).toHaveLength(3);
    expect(row('dhcp').lastPacketAt).toBe(at);
    expect(store.timeline.list({}, 0, 10)).toEqual([]);
  });
});
