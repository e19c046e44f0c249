import type { ProfileId } from '#shared/model/ids.ts';

/** Under which the password hashes of a profile's users are sealed, each by the user's name. */
export function profileSecrets(id: ProfileId): string {
  return `profile:${id}`;
}
