import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settleRestored } from '#engine/provision/restored-state.ts';
import { hasWritten } from '#engine/provision/stored-deployment.ts';
import {
  openBatches,
  requestFor,
  type SimulatedBatches,
  serverId,
} from '#test/fakes/engine/simulated-batches.ts';

const sealedElsewhere = { code: 'secret.sealed_elsewhere', details: { user: 'root' } };
const withPassword = (number: number) => requestFor(number, { rootPassword: 'correct horse' });

let rig: SimulatedBatches;
beforeEach(() => {
  rig = openBatches(3);
});
afterEach(() => {
  vi.restoreAllMocks();
  rig.close();
});

/** A start with this database on a computer whose key opens nothing that is sealed in it. */
function restoredElsewhere(): void {
  rig.die();
  vi.spyOn(rig.store.secrets, 'get').mockReturnValue(undefined);
  settleRestored(rig.store, 'wave.tar.gz', rig.clock.now());
  rig.startAgain();
}

describe('a batch that is continued after its database was restored with the key of another computer', () => {
  it('refuses each server that was to have a password, before anything happens to it', async () => {
    const { id } = await rig.create(1, withPassword(1), withPassword(2), requestFor(3));
    await rig.reach('running', 'waiting', 'waiting');
    restoredElsewhere();
    await rig.until(() => rig.batch().state === 'stopped');
    rig.power.asked.length = 0;
    rig.batches.continue(id);
    await rig.reach('failed', 'refused', 'running');
    expect(rig.batch().servers[1]).toMatchObject({ deploymentId: null, error: sealedElsewhere });
    expect(rig.store.deployments.ofNode(serverId(2))).toEqual([]);
  });

  it('refuses a server that was at work too when it is tried again: nothing is written without its password', async () => {
    const { id } = await rig.create(1, withPassword(1));
    await rig.reach('running');
    restoredElsewhere();
    await rig.until(() => rig.batch().state === 'ended');
    rig.power.asked.length = 0;
    rig.batches.retry(id);
    await rig.reach('refused');
    const deployment = rig.deploymentOf(1);
    expect(rig.batch().servers[0]).toMatchObject({ deploymentId: deployment.id, error: sealedElsewhere });
    expect(deployment).toMatchObject({ state: 'failed', error: { code: 'backup.interrupted' } });
    expect(hasWritten(rig.store, deployment.id)).toBe(false);
    expect(rig.power.asked).toEqual([]);
  });
});
