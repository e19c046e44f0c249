import { identityError } from '#engine/provision/config-drive.ts';
import { parseAuthorizedKeys } from '#shared/contract/ssh-key.ts';

/** Refused when they are stored, and not when a server is to be installed with them. */
export function refuseBadKeys(field: string, keys: readonly string[]): void {
  const parsed = parseAuthorizedKeys(keys.join('\n'));
  if (!parsed.ok) throw identityError([{ field, ...parsed }]);
}
