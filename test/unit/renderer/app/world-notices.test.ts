import { describe, expect, it } from 'vitest';
import { noticesBetween } from '#renderer/app/world-notices.ts';
import { emptyWorld, worldFrom } from '#renderer/client/world.ts';
import type { Service } from '#shared/contract/index.ts';
import { aDeployment, anImage } from '#test/fakes/rows.ts';
import { aSnapshot } from '../rows.ts';

const running = worldFrom(aSnapshot({ deployments: [aDeployment()] }));

describe('a notice', () => {
  it('tells the end of a deployment', () => {
    const after = worldFrom(aSnapshot({ deployments: [aDeployment({ state: 'succeeded' })] }));
    expect(noticesBetween(running, after)).toMatchObject([
      { tone: 'good', text: { key: 'notice.deployed' }, route: ['rack', aDeployment().nodeId, 'timeline'] },
    ]);
    const failed = worldFrom(aSnapshot({ deployments: [aDeployment({ state: 'failed' })] }));
    expect(noticesBetween(running, failed)).toMatchObject([{ tone: 'failed' }]);
    expect(noticesBetween(after, after)).toEqual([]);
  });

  it('is not made of history: the first snapshot and deployments that were over when first heard of', () => {
    const over = worldFrom(aSnapshot({ deployments: [aDeployment({ state: 'failed' })] }));
    expect(noticesBetween(emptyWorld, over)).toEqual([]);
    expect(noticesBetween(worldFrom(aSnapshot()), over)).toEqual([]);
  });

  it('tells that an image is ready or refused', () => {
    const importing = worldFrom(aSnapshot({ images: [anImage({ state: 'importing' })] }));
    const ready = worldFrom(aSnapshot({ images: [anImage()] }));
    expect(noticesBetween(importing, ready)).toMatchObject([{ text: { key: 'notice.imageReady' } }]);
  });

  it('tells that a service failed, once', () => {
    const service: Service = { name: 'tftp', state: 'on', detail: '', lastPacketAt: null, error: null };
    const error = {
      code: 'net.port_in_use',
      level: 'environment',
      retryable: true,
      message: '',
      details: { proto: 'udp', port: 69 },
    } as const;
    const on = worldFrom(aSnapshot({ services: [service] }));
    const failed = worldFrom(aSnapshot({ services: [{ ...service, state: 'failed', error }] }));
    expect(noticesBetween(on, failed)).toHaveLength(1);
    expect(noticesBetween(failed, { ...failed, services: new Map(failed.services) })).toEqual([]);
  });
});
