import type { Node } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { TimelineView } from '../timeline/TimelineView.tsx';

export function TimelineTab({ node }: { readonly node: Node }) {
  const deployment = useWorld(world =>
    node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId),
  );
  return <TimelineView node={node} deployment={deployment} />;
}
