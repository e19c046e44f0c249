import { describe, expect, it } from 'vitest';
import { noticesBetween } from '#renderer/app/world-notices.ts';
import { emptyWorld, worldFrom } from '#renderer/client/world.ts';
import type { Service } from '#shared/contract/index.ts';
import { aBatch, aDeployment, aNode, anImage, aStep } from '#test/fakes/rows.ts';
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

  it('is loud where a person who looks elsewhere is to be called', () => {
    const loudness = (before: ReturnType<typeof worldFrom>, after: ReturnType<typeof worldFrom>) =>
      noticesBetween(before, after).map(({ isLoud, text }) => ['key' in text && text.key, isLoud]);
    const ended = (state: 'succeeded' | 'failed' | 'cancelled') =>
      loudness(running, worldFrom(aSnapshot({ deployments: [aDeployment({ state })] })));
    expect(ended('succeeded')).toEqual([['notice.deployed', true]]);
    expect(ended('failed')).toEqual([['notice.deployFailed', true]]);
    expect(ended('cancelled')).toEqual([['notice.cancelled', false]]);
  });

  it('tells that a server needs a person: an installer that asks, an inspection or a release that failed', () => {
    const phase = { name: 'partitioning', percent: 20, changedAt: 1, lines: [] };
    const asking = (trouble: 'needs-person' | null) =>
      worldFrom(
        aSnapshot({
          deployments: [aDeployment({ steps: [aStep('install', { phase: { ...phase, trouble } })] })],
        }),
      );
    expect(noticesBetween(asking(null), asking('needs-person'))).toMatchObject([
      { tone: 'waiting', isLoud: true, text: { key: 'notice.needsPerson' } },
    ]);
    expect(noticesBetween(asking('needs-person'), asking('needs-person'))).toEqual([]);
    const at = (provisionState: 'inspecting' | 'inspect failed' | 'deleting' | 'error') =>
      worldFrom(aSnapshot({ nodes: [aNode({ provisionState })] }));
    expect(noticesBetween(at('inspecting'), at('inspect failed'))).toMatchObject([
      { tone: 'waiting', text: { key: 'notice.inspectFailed' } },
    ]);
    expect(noticesBetween(at('deleting'), at('error'))).toMatchObject([
      { tone: 'waiting', text: { key: 'notice.releaseFailed' } },
    ]);
  });

  it('tells the end of a batch in one call, and each server of it that needs a person', () => {
    type Server = ReturnType<typeof aBatch>['servers'][number];
    const at = (state: 'running' | 'ended', server: Partial<Server>, deployment: 'running' | 'succeeded') =>
      worldFrom(
        aSnapshot({
          batches: [aBatch({ state, servers: aBatch().servers.map(known => ({ ...known, ...server })) })],
          deployments: [aDeployment({ state: deployment })],
        }),
      );
    const { id: deploymentId } = aDeployment();
    const begun = at('running', { state: 'running', deploymentId }, 'running');
    const ended = at('ended', { state: 'succeeded', deploymentId }, 'succeeded');
    expect(noticesBetween(begun, ended)).toMatchObject([
      { text: { key: 'notice.deployed' }, isLoud: false },
      {
        tone: 'good',
        isLoud: true,
        text: { key: 'notice.batchEnded', values: { succeeded: 1, failed: 0 } },
        route: ['deploy', 'batches', aBatch().id],
      },
    ]);
    expect(noticesBetween(ended, ended)).toEqual([]);
    const waiting = at('running', { state: 'waiting' }, 'running');
    expect(noticesBetween(waiting, at('ended', { state: 'refused' }, 'running'))).toMatchObject([
      { tone: 'waiting', isLoud: true, text: { key: 'notice.notDeployed' } },
      { tone: 'failed', isLoud: true, text: { values: { succeeded: 0, failed: 1 } } },
    ]);
    expect(noticesBetween(waiting, at('ended', { state: 'cancelled' }, 'running'))).toMatchObject([
      { isLoud: false },
    ]);
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
