import type { Checked } from '#shared/contract/checked.ts';
import { parseAuthorizedKeys, type SshPublicKey } from '#shared/contract/ssh-key.ts';
import { type HostName, parseHostName } from './host-name.ts';
import type { NetworkModel } from './network/model.ts';
import type { IdentityProblem } from './problem.ts';
import { hashRootPassword, type PasswordHash, parsePasswordHash } from './root-password.ts';
import { parseUserData, type UserData } from './user-data.ts';

/** Who a machine becomes. Everything in it is valid: only `parseIdentity` makes one. Holds no clear password. */
export interface Identity {
  readonly hostName: HostName;
  readonly rootPasswordHash: PasswordHash | undefined;
  readonly sshAuthorizedKeys: readonly SshPublicKey[];
  /** Undefined: the system's own default, DHCP on what has a link. */
  readonly network: NetworkModel | undefined;
  readonly userData: UserData | undefined;
}

/** The same as it was typed. An empty text counts as not given. */
export interface IdentityInput {
  readonly hostName: string;
  /** In clear; only its hash goes on. */
  readonly rootPassword?: string | undefined;
  /** Instead of `rootPassword`: `$6$…`. */
  readonly rootPasswordHash?: string | undefined;
  /** Public keys; an entry may hold several lines, as pasted from a file. */
  readonly sshAuthorizedKeys?: readonly string[] | undefined;
  /** Checked already: `planNetworkModel` makes it. */
  readonly network?: NetworkModel | undefined;
  readonly userData?: string | undefined;
}

export type ParsedIdentity =
  | { readonly ok: true; readonly identity: Identity }
  | { readonly ok: false; readonly problems: readonly IdentityProblem[] };

/** Checks every field and gives all problems at once. Hashing a password takes some milliseconds. */
export function parseIdentity(input: IdentityInput): ParsedIdentity {
  const problems: IdentityProblem[] = [];
  const check = <T>(field: string, checked: Checked<T>): T | undefined => {
    if (checked.ok) return checked.value;
    const { code, reason, values } = checked;
    problems.push({ field, code, values, reason });
    return undefined;
  };
  const optional = <T>(
    field: string,
    text: string | undefined,
    parse: (text: string) => Checked<T>,
  ): T | undefined => (text === undefined || text === '' ? undefined : check(field, parse(text)));

  const hostName = check('hostName', parseHostName(input.hostName));
  const hashed = optional('rootPassword', input.rootPassword, hashRootPassword);
  const givenHash = optional('rootPasswordHash', input.rootPasswordHash, parsePasswordHash);
  const keys = optional('sshAuthorizedKeys', input.sshAuthorizedKeys?.join('\n'), parseAuthorizedKeys);
  const userData = optional('userData', input.userData, parseUserData);
  if (problems.length > 0 || hostName === undefined) return { ok: false, problems };
  return {
    ok: true,
    identity: {
      hostName,
      rootPasswordHash: hashed ?? givenHash,
      sshAuthorizedKeys: keys ?? [],
      network: input.network,
      userData,
    },
  };
}
