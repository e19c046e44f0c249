import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DownloadTag } from '#engine/boot-services/download-tag.ts';
import { createObservers, type Observers, ramdiskVendorClass } from '#engine/boot-services/observations.ts';
import type { DhcpClient } from '#engine/net/dhcp/client.ts';
import type { DhcpEvent, IgnoreReason } from '#engine/net/dhcp/event.ts';
import type { HttpExchange } from '#engine/net/http/observation.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { createLogger } from '#engine/system/log.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { type Mac, macFromBytes } from '#shared/model/mac.ts';
import { aNetwork, aNode, aPort, mac, networkId, nodeId } from '#test/fakes/rows.ts';

const address = '10.77.0.21' as Ipv4;
const strangeMac = '52:54:00:bb:00:09' as Mac;
let store: Store;
let at: number;
let observers: Observers;
let imageBytes: unknown[];
let mediumBytes: unknown[];
let started: unknown[];
let logLines: string[];

beforeEach(() => {
  at = 1_000_000;
  imageBytes = [];
  mediumBytes = [];
  started = [];
  store = openStore(':memory:', new Uint8Array(32), () => at);
  store.nodes.save(aNode());
  store.ports.save(aPort());
  logLines = [];
  observers = createObservers({
    store,
    log: createLogger({ sink: { write: line => void logLines.push(line), close: () => undefined } }),
    now: () => at,
    machineAt: asked => (asked === address ? store.nodes.bootSubject(mac) : undefined),
    onSystemStarted: id => started.push(id),
    onMediumBytes: id => mediumBytes.push(id),
    onImageBytes: (tag, done, total) => imageBytes.push([tag.nodeId, done, total]),
  });
});
afterEach(() => store.close());

function client(change: Partial<DhcpClient> = {}): DhcpClient {
  return {
    mac: strangeMac,
    messageType: 'discover',
    transactionId: 1,
    architecture: undefined,
    architectureCode: undefined,
    isIpxe: false,
    isPxeClient: false,
    isHttpClient: false,
    vendorClass: undefined,
    uuid: undefined,
    hostName: undefined,
    clientAddress: undefined,
    requestedAddress: undefined,
    serverIdentifier: undefined,
    requestedOptions: [],
    maxMessageSizeBytes: undefined,
    relay: undefined,
    ...change,
  };
}
const firmware = { isPxeClient: true, architecture: 'efi-x64', vendorClass: 'PXEClient:Arch:00007' } as const;
const see = (change: Partial<DhcpClient>) => observers.dhcp({ kind: 'seen', client: client(change) }, 'eth0');
const events = () => store.timeline.list({}, 0, 100);

describe('the boot mode of a server', () => {
  const bootMode = () => store.nodes.find(nodeId)?.bootMode;

  it('is learned from its firmware while nobody knows it', () => {
    see({ mac });
    expect(bootMode()).toBeNull();
    see({ ...firmware, mac });
    expect(bootMode()).toBe('uefi');
    see({ ...firmware, mac, architecture: 'bios' });
    expect(bootMode()).toBe('uefi');
  });
});

const answered = (who: Mac): DhcpEvent => ({
  kind: 'answered',
  client: client({ ...firmware, mac: who }),
  networkId: 'n',
  message: 'offer',
  address,
  bootFile: 'snponly.efi',
  withheld: undefined,
});

describe('a machine that nobody enrolled', () => {
  it('is remembered when it boots from the network', () => {
    see({ ...firmware, uuid: 'uuid-1' });
    expect(store.discovered.list()).toEqual([
      {
        mac: strangeMac,
        interfaceName: 'eth0',
        architecture: 'efi-x64',
        vendorClass: 'PXEClient:Arch:00007',
        uuid: 'uuid-1',
        firstSeenAt: at,
        lastSeenAt: at,
        timesSeen: 1,
      },
    ]);
    expect(events()).toMatchObject([
      { message: 'dhcp.machine_seen', nodeId: null, details: { mac: strangeMac, interface: 'eth0' } },
    ]);
  });

  it.each([{ isHttpClient: true }, { isIpxe: true }])('is remembered as %o too', change => {
    see(change);
    expect(store.discovered.find(strangeMac)).toBeDefined();
  });

  it('is not remembered when it only wants an address, as a phone does', () => {
    see({ vendorClass: 'android-dhcp-14', hostName: 'phone' });
    expect(store.discovered.list()).toEqual([]);
    expect(events()).toEqual([]);
  });

  it('costs one row a few seconds, however often it asks, and one event', () => {
    for (let count = 0; count < 100; count += 1) {
      see(firmware);
      at += 100;
    }
    expect(store.discovered.list()).toMatchObject([{ timesSeen: 2 }]);
    expect(events()).toHaveLength(1);
  });

  it('keeps what it said as firmware when its system asks later', () => {
    see({ ...firmware, uuid: 'uuid-1' });
    at += 60_000;
    see({ vendorClass: 'dhclient' });
    expect(store.discovered.list()).toMatchObject([
      { architecture: 'efi-x64', uuid: 'uuid-1', lastSeenAt: at, timesSeen: 2 },
    ]);
  });

  it('has no timeline of DHCP messages', () => {
    observers.dhcp(answered(strangeMac), 'eth0');
    const ignored = {
      kind: 'ignored',
      client: client(),
      reason: 'policy',
      detail: 'unknown-machine',
    } as const;
    observers.dhcp(ignored, 'eth0');
    expect(events()).toEqual([]);
  });
});

describe('an enrolled machine', () => {
  it('is no stranger', () => {
    see({ ...firmware, mac });
    expect(store.discovered.list()).toEqual([]);
  });

  it('has its DHCP messages on its timeline', () => {
    observers.dhcp(answered(mac), 'eth0');
    expect(events()).toMatchObject([
      {
        kind: 'dhcp',
        message: 'dhcp.offered',
        nodeId,
        details: { mac, address, bootFile: 'snponly.efi', architecture: 'efi-x64' },
      },
    ]);
  });

  it('has its TFTP transfers on its timeline, those that failed with their reason', () => {
    const transfer = {
      id: 1,
      client: { address, port: 2000 },
      path: 'snponly.efi',
      mode: 'octet',
      sizeBytes: 10,
      blockSizeBytes: 512,
      windowBlocks: 1,
    } as const;
    const ended = { kind: 'ended', transfer, resentBlocks: 0, durationMs: 1500 } as const;
    observers.tftp({ kind: 'started', transfer });
    observers.tftp({ ...ended, confirmedBytes: 10, outcome: { kind: 'completed' } });
    observers.tftp({ ...ended, confirmedBytes: 5, outcome: { kind: 'timed-out', retries: 5 } });
    observers.tftp({
      ...ended,
      confirmedBytes: 5,
      outcome: { kind: 'aborted', by: 'client', why: 'error 3: disk full', code: 3 },
    });
    observers.tftp({
      ...ended,
      confirmedBytes: 0,
      outcome: { kind: 'aborted', by: 'client', why: 'closed its port', code: undefined },
    });
    expect(events()).toMatchObject([
      { message: 'tftp.done', nodeId, details: { path: 'snponly.efi', bytes: 10, seconds: 1.5 } },
      { message: 'tftp.failed', nodeId, details: { bytes: 5, why: 'timed-out' } },
      { message: 'tftp.failed', nodeId, details: { bytes: 5, why: 'error 3: disk full' } },
      { message: 'tftp.failed', nodeId, details: { bytes: 0, why: 'closed its port' } },
    ]);
  });

  it.each([0, 8])('that only asks for a size and hangs up with error %i has no failure', code => {
    const transfer = {
      id: 1,
      client: { address, port: 2000 },
      path: 'snponly.efi',
      mode: 'octet',
      sizeBytes: 10,
      blockSizeBytes: 512,
      windowBlocks: 1,
    } as const;
    const outcome = { kind: 'aborted', by: 'client', why: 'error: User aborted the transfer', code } as const;
    const ended = { kind: 'ended', transfer, resentBlocks: 0, durationMs: 5, outcome } as const;
    observers.tftp({ ...ended, confirmedBytes: 0 });
    expect(events()).toEqual([]);
    observers.tftp({ ...ended, confirmedBytes: 5 });
    expect(events()).toMatchObject([{ message: 'tftp.failed' }]);
  });

  it('is told that a request failed on our side, and the log has the cause', () => {
    const cause = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    const failed = { method: 'GET', path: '/ramdisk/vmlinuz', cause } as const;
    observers.http({ kind: 'failed', ...failed, client: { address, port: 1 } });
    const refused = { kind: 'refused', path: 'snponly.efi', why: 'source-failed', cause } as const;
    observers.tftp({ ...refused, client: { address, port: 1 } });
    expect(events()).toMatchObject([
      {
        kind: 'warning',
        message: 'http.failed',
        nodeId,
        details: { path: '/ramdisk/vmlinuz', why: 'EACCES' },
      },
      { message: 'tftp.refused', nodeId, details: { path: 'snponly.efi', why: 'source-failed: EACCES' } },
    ]);
    expect(
      logLines.filter(line => line.includes('"level":"error"') && line.includes(cause.message)),
    ).toHaveLength(2);
  });

  it('is the only one whose failed requests are on a timeline; the log has those of others too', () => {
    const failed = { kind: 'failed', method: 'GET', path: '/', cause: new Error('bug') } as const;
    observers.http({ ...failed, client: { address: '10.77.0.99', port: 1 } });
    expect(events()).toEqual([]);
    expect(logLines).toHaveLength(1);
  });

  const exchange: HttpExchange<DownloadTag> = {
    id: 1,
    client: { address, port: 3000 },
    method: 'GET',
    path: '/images/1',
    status: 206,
    tag: { what: 'image', nodeId },
    expectedBytes: 60,
    part: { firstByte: 40, wholeBytes: 100 },
  };
  const done = { durationMs: 2000, outcome: { kind: 'completed' } } as const;

  it('is told how far its image is, counted in the whole image', () => {
    observers.http({ kind: 'started', exchange });
    observers.http({ kind: 'progress', exchange, sentBytes: 20 });
    observers.http({ kind: 'ended', exchange, sentBytes: 60, ...done });
    expect(imageBytes).toEqual([
      [nodeId, 40, 100],
      [nodeId, 60, 100],
      [nodeId, 100, 100],
    ]);
    expect(events()).toMatchObject([
      { message: 'http.done', nodeId, details: { path: '/images/1', bytes: 60, seconds: 2 } },
    ]);
  });

  it('has no event for HEAD, for a request without a tag, or for one of nobody', () => {
    observers.http({ kind: 'ended', exchange: { ...exchange, method: 'HEAD' }, sentBytes: 0, ...done });
    observers.http({ kind: 'ended', exchange: { ...exchange, tag: undefined }, sentBytes: 9, ...done });
    const nobodys = { ...exchange, tag: { what: 'ramdisk', nodeId: null } } as const;
    observers.http({ kind: 'ended', exchange: nobodys, sentBytes: 9, ...done });
    expect(events()).toEqual([]);
  });

  it('sees a download that broke off', () => {
    const outcome = { kind: 'aborted', by: 'client', why: 'reset' } as const;
    observers.http({ kind: 'ended', exchange, sentBytes: 30, ...done, outcome });
    expect(events()).toMatchObject([{ message: 'http.cut', nodeId, details: { bytes: 30, why: 'reset' } }]);
  });
});

describe('what others on a wire can make us write', () => {
  const ignored = (reason: IgnoreReason, detail: string): DhcpEvent => ({
    kind: 'ignored',
    client: client({ ...firmware, mac }),
    reason,
    detail,
  });
  const refused = (from: string) =>
    observers.tftp({ kind: 'refused', client: { address: from, port: 9 }, path: 'x', why: 'not-found' });

  it('is twenty events a minute of a kind and source', () => {
    for (let count = 0; count < 100; count += 1) {
      observers.dhcp(ignored('no_record', ''), 'eth0');
      refused(address);
    }
    expect(events()).toHaveLength(40);
    at += 60_000;
    refused(address);
    expect(events()).toHaveLength(41);
  });

  it('has an end also when each comes from another address', () => {
    for (let count = 0; count < 1000; count += 1) refused(`10.9.${count >> 8}.${count & 255}`);
    refused(address);
    expect(store.timeline.list({}, 0, 2000)).toHaveLength(301);
    expect(store.timeline.list({ nodeId }, 0, 10)).toHaveLength(1);
  });

  it('tells why a system is not answered on this network, once a minute', () => {
    for (let count = 0; count < 9; count += 1)
      observers.dhcp(ignored('policy', 'moved-to-tenant-networks'), 'eth0');
    expect(events()).toMatchObject([
      { message: 'dhcp.ignored', details: { reason: 'moved-to-tenant-networks', detail: '' } },
    ]);
  });

  it('names the network of a pool without an address, once a minute', () => {
    store.networks.save(aNetwork());
    for (let count = 0; count < 9; count += 1) observers.dhcp(ignored('pool_exhausted', networkId), 'eth0');
    expect(events()).toMatchObject([
      { kind: 'warning', message: 'dhcp.pool_exhausted', nodeId, details: { network: 'provisioning' } },
    ]);
  });

  it('warns once of a machine that wants to boot and is given no file', () => {
    const withheld = { ...answered(mac), bootFile: undefined, withheld: 'http-does-not-run' } as DhcpEvent;
    observers.dhcp(withheld, 'eth0');
    observers.dhcp(withheld, 'eth0');
    expect(events()).toMatchObject([
      { kind: 'warning', message: 'dhcp.no_boot_file', nodeId, details: { reason: 'http-does-not-run' } },
    ]);
  });

  it('is told of machines that nobody knows: the thousand that spoke last', () => {
    for (let count = 0; count < 1200; count += 1) {
      at += 1;
      see({ ...firmware, mac: macFromBytes(Uint8Array.of(2, 0, 0, 0, count >> 8, count & 255)) });
    }
    const known = store.discovered.list();
    expect(known).toHaveLength(1000);
    expect(known.at(-1)?.mac).toBe('02:00:00:00:00:c8');
  });
});

describe('a machine that was sent to its disk', () => {
  beforeEach(() => store.nodes.save(aNode({ bootTarget: 'disk' })));

  it('has started its own system when that asks for an address', () => {
    see({ mac });
    expect(started).toEqual([nodeId]);
  });

  it('knows our ramdisk by the name that its init gives to its DHCP client', () => {
    const init = readFileSync('assets/ramdisk/root/init', 'utf8');
    expect(init).toContain(`udhcpc -i "$nic" -n -t 6 -T 2 -s /etc/udhcpc.sh -V ${ramdiskVendorClass} `);
  });

  it('takes a system with the same DHCP client for a system', () => {
    see({ mac, vendorClass: 'udhcp 1.35.0' });
    expect(started).toEqual([nodeId]);
  });

  it('has not while firmware, a boot program or our ramdisk asks, or renews', () => {
    see({ ...firmware, mac });
    see({ mac, isIpxe: true });
    see({ mac, vendorClass: ramdiskVendorClass });
    see({ mac, messageType: 'request' });
    expect(started).toEqual([]);
  });
});

describe('the log of a machine', () => {
  it('that lost lines is told of, by how many and why', () => {
    observers.syslog({
      kind: 'refused',
      sourceAddress: address,
      transport: 'udp',
      why: 'too-fast',
      count: 7,
    });
    expect(events()).toMatchObject([
      { kind: 'warning', nodeId, message: 'syslog.lost', details: { address, why: 'too-fast', count: 7 } },
    ]);
  });

  it('that cannot be taken is in our own log, once in a while', () => {
    for (let line = 0; line < 100; line += 1)
      observers.syslog({ kind: 'failed', transport: 'udp', cause: new Error('database or disk is full') });
    expect(logLines).toHaveLength(1);
    at += 5000;
    observers.syslog({ kind: 'failed', transport: 'udp', cause: new Error('database or disk is full') });
    expect(logLines).toHaveLength(2);
  });
});
