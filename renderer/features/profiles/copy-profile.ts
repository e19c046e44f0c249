import {
  installerFamilies,
  type Profile,
  type ProfileInput,
  type RacksideClient,
} from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';

/**
 * A new profile with the source's own answer files and phrases. Without one of them it would install something else
 * than it was copied for: then there is no new profile either.
 */
export async function copyProfile(
  { profiles }: Pick<RacksideClient, 'profiles'>,
  source: ProfileId,
  input: ProfileInput,
): Promise<Profile> {
  const texts = await Promise.all(
    installerFamilies.map(async family => ({
      family,
      template: await profiles.template({ id: source, family }),
      phrases: await profiles.phrases({ id: source, family }),
    })),
  );
  let copy = await profiles.create(input);
  const { id } = copy;
  try {
    for (const { family, template, phrases } of texts) {
      if (template.isOwn) copy = await profiles.setTemplate({ id, family, text: template.text });
      if (phrases.isOwn) copy = await profiles.setPhrases({ id, family, phrases: phrases.phrases });
    }
  } catch (fault) {
    await profiles.remove({ id });
    throw fault;
  }
  return copy;
}
