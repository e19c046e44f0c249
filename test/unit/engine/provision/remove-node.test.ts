import { expect, it } from 'vitest';
import { secretsOwner } from '#engine/inventory/nodes.ts';
import { deploymentSecrets } from '#engine/provision/deployment-secrets.ts';
import { removeNode } from '#engine/provision/remove-node.ts';
import { openStore } from '#engine/store/store.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

it('a server that is removed leaves no password behind, of its failed deployments either', () => {
  const store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
  store.deployments.create(aDeployment({ state: 'failed' }), aRequest());
  const owners = [secretsOwner(nodeId), deploymentSecrets(deploymentId)];
  for (const owner of owners) store.secrets.put(owner, 'root-password-hash', '$6$x');
  removeNode(store, nodeId);
  expect(owners.map(owner => store.secrets.get(owner, 'root-password-hash'))).toEqual([undefined, undefined]);
  expect([store.nodes.list(), store.deployments.list()]).toEqual([[], []]);
  store.close();
});
