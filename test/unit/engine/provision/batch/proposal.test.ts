import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProposalFigures, propose } from '#engine/provision/batch/proposal.ts';
import { proposalFigures } from '#engine/provision/batch/proposal-figures.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { DeploymentId, NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aDeployment,
  aNetwork,
  aNode,
  anImage,
  aPort,
  aStep,
  imageId,
  mac,
  nodeId,
} from '#test/fakes/rows.ts';

const rack: ProposalFigures = {
  servers: 100,
  bytesPerServer: 1.5e9,
  linkBitsPerSecond: 1e9,
  otherSeconds: 300,
  bytesPerSecond: 117e6,
  measuredDeployments: 0,
};

describe('how many at once', () => {
  it('is what keeps the link busy, within the field’s 20 to 30 on 1 Gbit/s', () => {
    expect(propose(rack, null)).toMatchObject({ concurrency: 24, limitedBy: 'link' });
  });

  it('is all of them where the link could take more', () => {
    expect(propose({ ...rack, servers: 8 }, null)).toMatchObject({ concurrency: 8, limitedBy: 'servers' });
  });

  it('is at least one, even where one image alone fills the link for hours', () => {
    const slow = { ...rack, bytesPerServer: 1e12, otherSeconds: 0 };
    expect(propose(slow, null)).toMatchObject({ concurrency: 1, limitedBy: 'link' });
  });

  it('on a link quicker than we are is what we can serve', () => {
    const quick = { ...rack, servers: 200, linkBitsPerSecond: 100e9, bytesPerServer: 6e9 };
    expect(propose(quick, null).limitedBy).toBe('engine');
    expect(propose({ ...quick, linkBitsPerSecond: 25e9 }, null).concurrency).toBe(
      propose(quick, null).concurrency,
    );
  });

  it('is reckoned with 1 Gbit/s where nobody knows the link, which is told', () => {
    expect(propose({ ...rack, linkBitsPerSecond: null }, null)).toEqual({
      ...propose(rack, null),
      linkBitsPerSecond: null,
    });
  });

  it('and how long it takes: waves one after the other, each as long as its transfers', () => {
    const ten = { ...rack, servers: 10, bytesPerServer: 1.175e9 };
    // 117.5 MB/s of the link: 10 s a server alone, 50 s for five of them.
    expect(propose(ten, 5).estimateSeconds).toBe(2 * (300 + 50));
    expect(propose(ten, 10).estimateSeconds).toBe(300 + 100);
    expect(propose(ten, 4).estimateSeconds).toBe(2 * (300 + 40) + (300 + 20));
    expect(propose(ten, 200)).toMatchObject({ concurrency: 200, estimateSeconds: 400 });
  });

  it('of an image without content is still a number', () => {
    expect(propose({ ...rack, bytesPerServer: 0 }, null)).toMatchObject({
      concurrency: 100,
      estimateSeconds: 301,
    });
  });
});

describe('the figures of a proposal', () => {
  let store: Store;
  beforeEach(() => {
    store = openStore(':memory:', new Uint8Array(32));
    store.nodes.save(aNode());
    store.ports.save(aPort());
    store.networks.save(aNetwork({ dhcpMode: 'full' }));
    store.images.save({ ...anImage({ storedSizeBytes: 1e9 }), sourcePath: '/x' });
  });
  afterEach(() => store.close());
  const figures = (speeds: Readonly<Record<string, number>> = {}) =>
    proposalFigures(store, [{ nodeId, imageId }], async name => speeds[name] ?? null);

  function succeeded(number: number, writeSeconds: number, otherSeconds: number): void {
    const write = { startedAt: 0, finishedAt: writeSeconds * 1000, state: 'done' as const };
    const other = { startedAt: 0, finishedAt: otherSeconds * 1000, state: 'done' as const };
    const id = `33333333-3333-4333-8333-33333333333${number}` as DeploymentId;
    const steps = [aStep('wait-call-back', other), aStep('write-image', write)];
    store.deployments.create(aDeployment({ id, state: 'succeeded', createdAt: number, steps }), aRequest());
  }

  it('are assumed before there are past deployments', async () => {
    expect(await figures()).toMatchObject({
      otherSeconds: 330,
      bytesPerSecond: 117e6,
      measuredDeployments: 0,
    });
  });

  it('are measured: the usual time, and the quickest transfer, because the others shared the link', async () => {
    succeeded(1, 100, 200);
    succeeded(2, 20, 210);
    succeeded(3, 50, 1000);
    expect(await figures()).toMatchObject({ otherSeconds: 210, bytesPerSecond: 5e7, measuredDeployments: 3 });
  });

  it('take nothing from simulated servers for real ones', async () => {
    succeeded(1, 1, 2);
    const simulated = aNode({
      id: '11111111-1111-4111-8111-111111111112' as NodeId,
      name: 'sim',
      isVirtual: true,
    });
    store.nodes.save(simulated);
    const ofSimulated = () => proposalFigures(store, [{ nodeId: simulated.id, imageId }], async () => null);
    expect(await ofSimulated()).toMatchObject({ otherSeconds: 8, measuredDeployments: 0 });
    expect(await figures()).toMatchObject({ otherSeconds: 2, measuredDeployments: 1 });
  });

  it('have the slowest link of the networks that may install a server that nobody has seen yet', async () => {
    const id = '44444444-4444-4444-8444-444444444445' as NetworkId;
    store.networks.save(aNetwork({ id, interfaceName: 'eth1', cidr: '10.78.0.0/24', dhcpMode: 'full' }));
    expect(await figures({ eth0: 1e10, eth1: 1e9 })).toMatchObject({ linkBitsPerSecond: 1e9 });
    expect(await figures({ eth0: 1e10 })).toMatchObject({ linkBitsPerSecond: null });
    expect(await figures({ eth0: 1e8 })).toMatchObject({ linkBitsPerSecond: 1e8 });
  });

  it('have the link through which a server was given its newest address', async () => {
    const id = '44444444-4444-4444-8444-444444444445' as NetworkId;
    store.networks.save(aNetwork({ id, interfaceName: 'eth1', cidr: '10.78.0.0/24' }));
    const address = '10.78.0.100' as Ipv4;
    store.leases.save({ networkId: id, address, mac, expiresAtMs: 5, hostName: '' });
    expect(await figures({ eth0: 1e8, eth1: 1e10 })).toMatchObject({ linkBitsPerSecond: 1e10 });
  });

  it('refuse a server or an image that is not there', async () => {
    store.images.remove(imageId);
    await expect(figures()).rejects.toMatchObject({ code: 'input.not_found' });
  });
});
