import type { DeploymentStep } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Tone } from '../../ui/tone.ts';

export function stepTone(state: DeploymentStep['state']): Tone {
  switch (state) {
    case 'pending':
    case 'skipped':
      return 'idle';
    case 'running':
      return 'busy';
    case 'done':
      return 'good';
    case 'failed':
      return 'failed';
    default:
      return assertNever(state);
  }
}
