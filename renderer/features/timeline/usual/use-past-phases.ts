import { useEffect, useRef, useState } from 'react';
import type { Deployment, PastPhases } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useWorld } from '../../../client/world-store.ts';

/** What is usual for each of these deployments. Asked once for all that are alike. */
export function usePastPhases(
  deployments: readonly Deployment[],
): (deployment: Deployment) => PastPhases | undefined {
  const client = useClient();
  const nodes = useWorld(world => world.nodes);
  const [known, setKnown] = useState<ReadonlyMap<string, PastPhases>>(new Map());
  const asked = useRef(new Set<string>());
  const likenessOf = ({ nodeId, kind, imageId }: Deployment) => {
    const system = nodes.get(nodeId)?.inventory?.system;
    return system && [kind, imageId, system.manufacturer, system.product].join('\n');
  };
  const examples = new Map<string, DeploymentId>();
  for (const deployment of deployments) {
    const likeness = likenessOf(deployment);
    if (likeness !== undefined) examples.set(likeness, deployment.id);
  }
  const key = [...examples.keys()].join('\n\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when there is a new kind to ask for
  useEffect(() => {
    for (const [likeness, deploymentId] of examples) {
      if (asked.current.has(likeness)) continue;
      asked.current.add(likeness);
      client.timeline.pastPhases({ deploymentId }).then(
        past => setKnown(others => new Map([...others, [likeness, past]])),
        () => asked.current.delete(likeness), // nothing to compare with is no trouble of its own
      );
    }
  }, [client, key]);
  return deployment => known.get(likenessOf(deployment) ?? '');
}
