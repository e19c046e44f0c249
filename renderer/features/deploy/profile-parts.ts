import type { Image, Profile } from '#shared/contract/index.ts';

/** By the names of the profile form's fields. */
export type ProfilePart =
  | 'layout'
  | 'kernelArguments'
  | 'timeZone'
  | 'locale'
  | 'keyboard'
  | 'users'
  | 'packages'
  | 'repositories'
  | 'scripts';

/** What the profile says and this kind of image never learns: only an installer is told all of it. */
export function unusedParts(image: Image | undefined, profile: Profile | undefined): readonly ProfilePart[] {
  if (image === undefined || image.kind === 'installer' || profile === undefined) return [];
  const isWholeDisk = image.kind === 'whole-disk';
  const parts: readonly (readonly [part: ProfilePart, isUnused: boolean])[] = [
    ['layout', isWholeDisk && profile.storage !== null],
    ['kernelArguments', isWholeDisk && profile.kernelArguments !== ''],
    ['timeZone', true],
    ['locale', true],
    ['keyboard', true],
    ['users', profile.users.length > 0],
    ['packages', profile.packages.length > 0],
    ['repositories', profile.repositories.length > 0],
    ['scripts', profile.postScripts.length > 0],
  ];
  return parts.filter(([, isUnused]) => isUnused).map(([part]) => part);
}

/** The installed system has a user of the profile with a password or a key. */
export function hasProfileLogin(image: Image | undefined, profile: Profile | undefined): boolean {
  if (image?.kind !== 'installer' || profile === undefined) return false;
  return profile.users.some(user => user.hasPassword || user.sshAuthorizedKeys.length > 0);
}
