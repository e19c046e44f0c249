import { CodedError } from '#shared/contract/errors.ts';
import type { DeployStep } from '../step.ts';
import { closeDoor, openDoor } from './door.ts';

/** Refuses early what cannot work, then opens the door. */
export const prepare: DeployStep = {
  name: 'prepare',
  run({ services, image, node }) {
    if (image.state !== 'ready') {
      throw new CodedError('image.not_ready', `image "${image.name}" is not ready`, { image: image.name });
    }
    openDoor(services, node);
    return Promise.resolve({ image: image.name, imageSha256: image.sha256 });
  },
  undo: closeDoor,
};
