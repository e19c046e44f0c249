import { anacondaMedium } from './anaconda-medium.ts';
import { debianMedium, ubuntuMedium } from './debian-medium.ts';
import type { DiscImage } from './disc-image.ts';
import { mediumOf, type RecognisedInstaller } from './medium-candidate.ts';
import { suseMedium } from './suse-medium.ts';

export type { RecognisedInstaller } from './medium-candidate.ts';

/** Ubuntu's live discs before Debian's: some carry a few files of debian-installer as well. */
const recognisers = [anacondaMedium, ubuntuMedium, suseMedium, debianMedium];

/**
 * Whose installer a disc carries and where its parts lie; undefined when it is none that can be driven unattended. Kernel
 * and initrd are files of this disc, whatever its metadata say. Rejects only where `disc.read` does.
 */
export async function recogniseInstaller(disc: DiscImage): Promise<RecognisedInstaller | undefined> {
  for (const recognise of recognisers) {
    const candidate = await recognise(disc);
    if (candidate !== undefined) return mediumOf(disc, candidate);
  }
  return undefined;
}
