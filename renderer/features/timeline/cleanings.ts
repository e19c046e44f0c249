import { useShallow } from 'zustand/react/shallow';
import type { TimelineEvent } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { useWorld } from '../../client/world-store.ts';

/** The deployments that erase disks; the same list as long as none comes or goes. */
export function useCleanings(): readonly DeploymentId[] {
  return useWorld(
    useShallow(({ deployments }) =>
      [...deployments.values()].filter(({ kind }) => kind === 'cleaning').map(({ id }) => id),
    ),
  );
}

export function isOfCleaning({ deploymentId }: TimelineEvent, cleanings: readonly DeploymentId[]): boolean {
  return deploymentId !== null && cleanings.includes(deploymentId);
}
