import type { Store } from '#engine/store/store.ts';
import type { Deployment, DeploymentStep } from '#shared/contract/index.ts';
import { noteDeployment } from './stored-deployment.ts';

const parts = 10;

/** What is shown of a step's bytes is forgotten with the step; each tenth of the way stays, for who looks at it later. */
export function progressKeeper(
  store: Store,
  deployment: Deployment,
  step: string,
): (progress: DeploymentStep['progress']) => void {
  let kept = 0;
  return progress => {
    if (progress === null || progress.totalBytes <= 0) return;
    const { doneBytes, totalBytes, bytesPerSecond } = progress;
    const part = Math.floor((doneBytes / totalBytes) * parts);
    // A step that reads back what it wrote counts from the start again.
    if (part === kept) return;
    kept = part;
    if (part === 0) return;
    noteDeployment(store, deployment, {
      message: 'step.progress',
      details: { step, doneBytes, totalBytes, bytesPerSecond },
    });
  };
}
