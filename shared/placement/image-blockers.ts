import { CodedError, type Image, type Node } from '#shared/contract/index.ts';
import { transition } from '#shared/model/state-machine.ts';
import { firmwareChanged } from './firmware.ts';

type Machine = Pick<Node, 'name' | 'bootMode' | 'inventory'>;

/** What keeps this image from this server, whatever disk is chosen. */
export function imageBlockers(image: Image | undefined, machine: Machine): CodedError[] {
  const blockers: CodedError[] = [];
  if (image?.state !== 'ready') {
    blockers.push(new CodedError('image.not_ready', 'the image is not ready', { image: image?.name ?? '' }));
  }
  if (image?.kind !== 'installer') return blockers;
  if (machine.inventory === null) {
    blockers.push(
      new CodedError('deploy.not_inspected', 'an installer needs to be told its disk', {
        node: machine.name,
      }),
    );
  }
  const changed = firmwareChanged(machine);
  return [...blockers, ...(changed === undefined ? [] : [changed]), ...installerBlockers(image)];
}

/** Something else is done with the server, or it was never verified. */
export function stateBlocker(
  { provisionState: state }: Pick<Node, 'provisionState'>,
  verb: 'deploy' | 'clean',
): CodedError | undefined {
  if (transition(state, verb) !== undefined) return undefined;
  return new CodedError('state.not_allowed', `not possible in state "${state}"`, { verb, state });
}

/** What would only be known when the machine stands still. */
function installerBlockers({ id, name, state, installer, evidence }: Image): CodedError[] {
  if (state !== 'ready') return [];
  if (evidence.some(({ code }) => code === 'installer.boot_files'))
    return [new CodedError('image.boot_files_only', `"${name}" has no packages`, { image: name })];
  if (installer === null)
    return [
      new CodedError('image.installer_unknown', `nobody knows the installer of "${name}"`, { image: name }),
    ];
  const path = installer.initrd;
  // The finding is the import's: a person may have named another initrd since.
  if (installer.initrdImageId !== undefined) return [];
  return evidence.some(
    ({ code, values }) => code === 'installer.initrd_wants_disc' && values['path'] === path,
  )
    ? [new CodedError('image.wants_disc', `${path} looks for a disc`, { image: name, path, imageId: id })]
    : [];
}
