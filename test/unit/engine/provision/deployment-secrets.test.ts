import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handOver, planSecrets } from '#engine/provision/batch/plans.ts';
import {
  deploymentSecrets,
  passwordHash,
  rootPasswordHash,
  userSecret,
} from '#engine/provision/deployment-secrets.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { aBatch, aDeployment, nodeId } from '#test/fakes/rows.ts';

const { id: deploymentId } = aDeployment();
const { id: batchId } = aBatch();
const owner = deploymentSecrets(deploymentId);
const root = { code: 'secret.sealed_elsewhere', details: { user: 'root' } };

let folder: string;
let store: Store;

const openWith = (key: number) => openStore(join(folder, 'rackside.db'), new Uint8Array(32).fill(key));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-secrets-'));
  store = openWith(7);
  store.secrets.put(owner, rootPasswordHash, '$6$root');
  store.secrets.put(owner, userSecret('ops'), '$6$ops');
  store.secrets.put(planSecrets(batchId, nodeId), rootPasswordHash, '$6$waits');
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function onAnotherComputer(): void {
  store.close();
  store = openWith(8);
}

describe('the hash of a password that a deployment needs', () => {
  it('is the one that was stored, and none where nobody gave a password', () => {
    expect(passwordHash(store, owner, rootPasswordHash)).toBe('$6$root');
    expect(passwordHash(store, owner, userSecret('guest'))).toBeUndefined();
  });

  it('is an error where this computer cannot open it: a server must not come up without its password', () => {
    onAnotherComputer();
    expect(() => passwordHash(store, owner, rootPasswordHash)).toThrow(expect.objectContaining(root));
    expect(() => passwordHash(store, owner, userSecret('ops'), 'ops')).toThrow(
      expect.objectContaining({ details: { user: 'ops' } }),
    );
    expect(passwordHash(store, owner, userSecret('guest'))).toBeUndefined();
  });

  it('is not lost on the way from a batch that waited while the database moved', () => {
    onAnotherComputer();
    expect(() => handOver(store, batchId, nodeId, deploymentId)).toThrow(expect.objectContaining(root));
  });
});
