import { randomUUID } from 'node:crypto';
import type { RacksideHandlers, RamdiskLogFile, RescueMounts } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { aDeployment, aStep } from '#test/fakes/rows.ts';
import { putNode } from './node-handlers.ts';
import { find, type Play } from './play.ts';

const mounts: RescueMounts = {
  mounts: [{ device: 'sda2', type: 'ext4', label: 'root', mountPoint: '/mnt/sda2' }],
  left: [{ device: 'sda3', type: 'crypto_LUKS', reason: 'encrypted' }],
};

/** A rescue that has its shell at once. */
export function rescueHandlers(play: Play): RacksideHandlers['rescue'] {
  const { world, note, patch } = play;
  const logs: RamdiskLogFile[] = [];
  let mounted: RescueMounts | null = null;
  return {
    start: async input => {
      note('rescue.start', input);
      const { name } = find(world.nodes, input.nodeId, 'node');
      const row = aDeployment({
        id: randomUUID() as DeploymentId,
        nodeId: input.nodeId,
        nodeName: name,
        kind: 'rescue',
        state: 'succeeded',
        imageId: null,
        imageName: '',
        hostName: '',
        createdAt: Date.now(),
        steps: [aStep('power-on', { state: 'done' }), aStep('start-rescue', { state: 'done' })],
      });
      patch({ op: 'put', table: 'deployments', row });
      putNode(play, input.nodeId, { provisionState: 'rescue', deploymentId: row.id });
      return row;
    },
    get: async ({ nodeId }) => {
      const { provisionState } = find(world.nodes, nodeId, 'node');
      const access = {
        hostKey: `ssh-ed25519 ${'A'.repeat(68)}`,
        addresses: ['10.77.0.21'],
        sshPort: 22,
        consoles: ['ttyS0', 'tty0'],
        mounted,
      };
      return { state: provisionState, access: provisionState === 'rescue' ? access : null, logs };
    },
    privateKey: async input => {
      note('rescue.privateKey', input);
      return { privateKey: 'a key\n' };
    },
    mount: async input => {
      note('rescue.mount', input);
      mounted = mounts;
      return mounts;
    },
    unmount: async input => {
      note('rescue.unmount', input);
      mounted = null;
      return { busy: [] };
    },
    collectLogs: async input => {
      note('rescue.collectLogs', input);
      const log = { id: randomUUID(), takenAt: Date.now(), sizeBytes: 48_000, sha256: 'ab'.repeat(32) };
      logs.unshift(log);
      return log;
    },
    saveLog: async input => {
      note('rescue.saveLog', input);
      return { name: 'ramdisk-logs-20261127-004000.tar.gz', sizeBytes: 48_000, savedAt: Date.now() };
    },
    leave: async input => {
      note('rescue.leave', input);
      putNode(play, input.nodeId, { provisionState: 'active', deploymentId: null });
      return {};
    },
  };
}
