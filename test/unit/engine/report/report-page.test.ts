import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportPage } from '#engine/report/report-page.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NewEvent } from '#engine/store/timeline.ts';
import { contract } from '#shared/contract/index.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode, aStep, deploymentId, nodeId } from '#test/fakes/rows.ts';

let store: Store;
let now: number;
beforeEach(() => {
  now = 1000;
  store = openStore(':memory:', new Uint8Array(32), () => now);
  store.nodes.save(aNode());
});
afterEach(() => store.close());

const tell = (event: Omit<NewEvent, 'nodeId' | 'deploymentId'>) =>
  store.timeline.append({ nodeId, deploymentId, ...event } as NewEvent);
const everything = () => JSON.stringify(reportPage(store, [deploymentId], 0, 2000));

describe('what a report says', () => {
  it('is the deployments on the first page, and the events page by page', () => {
    store.deployments.create(aDeployment(), aRequest());
    for (const step of ['prepare', 'power-on', 'write-image'])
      tell({ kind: 'step', message: 'step.started', details: { step } });
    const first = reportPage(store, [deploymentId], 0, 2);
    expect(first.deployments.map(({ id }) => id)).toEqual([deploymentId]);
    expect(first.events.map(({ details }) => details['step'])).toEqual(['prepare', 'power-on']);
    const second = reportPage(store, [deploymentId], first.events.at(-1)?.seq ?? 0, 2);
    expect(second.deployments).toEqual([]);
    expect(second.events.map(({ details }) => details['step'])).toEqual(['write-image']);
  });

  it('ends a minute after the deployment: a server goes on to ask for its address for years', () => {
    store.deployments.create(aDeployment({ state: 'succeeded', finishedAt: 5000 }), aRequest());
    for (const at of [4000, 65_000, 65_001]) {
      now = at;
      tell({ kind: 'dhcp', message: 'dhcp.acknowledged', details: { mac: 'x', address: '10.0.0.1' } });
    }
    expect(reportPage(store, [deploymentId], 0, 10).events.map(({ at }) => at)).toEqual([4000, 65_000]);
  });

  it('has what a console meant and nothing of what stood there', () => {
    store.deployments.create(aDeployment(), aRequest());
    const line = 'debian login: hunter2';
    tell({ kind: 'console', message: 'console.said', details: { meaning: 'login_prompt', line } });
    tell({ kind: 'console', message: 'console.text_seen', details: { text: 'debian', line } });
    const { events } = reportPage(store, [deploymentId], 0, 10);
    expect(events.map(({ details }) => details)).toEqual([
      { meaning: 'login_prompt', line: '' },
      { text: 'debian', line: '' },
    ]);
  });

  it('has nothing of other deployments', () => {
    store.deployments.create(aDeployment(), aRequest());
    store.timeline.append({ kind: 'boot', nodeId, message: 'boot.next_device' });
    expect(reportPage(store, [deploymentId], 0, 10).events).toEqual([]);
  });

  it('refuses a deployment that is not there', () => {
    expect(() => reportPage(store, [deploymentId], 0, 10)).toThrow(
      expect.objectContaining({ code: 'input.not_found' }),
    );
  });
});

describe('secrets', () => {
  const planted = {
    bmc: 'Calvin-17-bmc',
    hash: '$6$saltsalt$0123456789abcdefghijklmnopqrstuvwxyz',
    token: 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0',
    clear: 'hunter2hunter2',
  };

  it('that are stored are taken out wherever a machine told them', () => {
    store.secrets.put(`node:${nodeId}`, 'bmc-password', planted.bmc);
    store.deployments.create(aDeployment(), aRequest());
    tell({
      kind: 'bmc',
      message: 'bmc.failed',
      details: { code: 'x', text: `log-in with ${planted.bmc} refused` },
    });
    expect(everything()).toContain('log-in with [redacted] refused');
    expect(everything()).not.toContain(planted.bmc);
  });

  it('are taken out of evidence, errors and log lines by their names and forms', () => {
    const error = {
      code: 'deploy.step_failed',
      level: 'peer',
      retryable: true,
      message: `rootpw --plaintext ${planted.clear}`,
      details: { step: 'install', code: 'x', message: `--password ${planted.clear}` },
    } as const;
    const step = aStep('install', {
      state: 'failed',
      error,
      evidence: {
        rootPassword: planted.clear,
        nested: [{ api_key: planted.token }],
        shadow: `root:${planted.hash}:1`,
      },
      phase: {
        name: 'x',
        percent: 1,
        changedAt: 1,
        trouble: null,
        lines: [
          `Authorization: Bearer ${planted.token}`,
          `d-i passwd/root-password password ${planted.clear}`,
        ],
      },
    });
    store.deployments.create(aDeployment({ error, steps: [step] }), aRequest());
    for (const secret of Object.values(planted)) expect(everything()).not.toContain(secret);
  });

  it('are taken out where they go over several lines of a log, and where their name holds a list', () => {
    const lines = [
      'writing the key',
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      planted.token,
      '-----END OPENSSH PRIVATE KEY-----',
      'done',
    ];
    const step = aStep('install', {
      phase: { name: 'x', percent: 1, changedAt: 1, trouble: null, lines },
      evidence: { tokens: [planted.token], credentials: { name: planted.clear }, hasPassword: true },
    });
    store.deployments.create(aDeployment({ steps: [step] }), aRequest());
    const [shown] = reportPage(store, [deploymentId], 0, 1).deployments[0]?.steps ?? [];
    expect(shown?.phase?.lines).toEqual([
      'writing the key',
      '-----BEGIN OPENSSH PRIVATE KEY-----[redacted]',
      'done',
    ]);
    expect(shown?.evidence).toEqual({ tokens: '[redacted]', credentials: '[redacted]', hasPassword: true });
  });

  it('that are words of ours leave our words whole, so that the report can be read', () => {
    for (const [index, word] of ['image', 'root', 'running', '3333', 'prepare'].entries())
      store.secrets.put(`node:${index}`, 'bmc-password', word);
    store.deployments.create(
      aDeployment({ steps: [aStep('write-root-file-system', { state: 'running' })] }),
      aRequest(),
    );
    tell({ kind: 'step', message: 'step.started', details: { step: 'write-root-file-system' } });
    const page = reportPage(store, [deploymentId], 0, 10);
    expect(contract.reports.page.output.parse(page)).toMatchObject({
      deployments: [
        {
          id: deploymentId,
          kind: 'disk-image',
          state: 'running',
          steps: [{ name: 'write-root-file-system', state: 'running' }],
        },
      ],
      events: [{ details: { step: 'write-root-file-system' } }],
    });
  });

  it('cannot hide among values that the sentence of an event has no place for', () => {
    store.deployments.create(aDeployment(), aRequest());
    const details = { step: 'install', harmless: planted.clear };
    tell({ kind: 'step', message: 'step.started', details });
    tell({ kind: 'step', message: 'of.another.version' as 'step.started', details });
    const { events } = reportPage(store, [deploymentId], 0, 10);
    expect(events.map(event => event.details)).toEqual([{ step: 'install' }, {}]);
  });
});
