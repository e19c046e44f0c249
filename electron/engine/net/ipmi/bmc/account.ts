import type { KeyObject } from 'node:crypto';
import { equalSecrets, paddedKey, secretKey } from '../cipher-suite.ts';
import type { Privilege } from '../commands/command.ts';
import { privilegeLevel } from '../commands/command.ts';
import { noAccess } from '../commands/user.ts';

/** One user of a virtual BMC. */
export interface BmcAccount {
  /** 2…15; id 1 is the null user and exists always. */
  readonly id: number;
  readonly name: string;
  readonly password: string;
  /** Administrator unless given; null: no access. */
  readonly privilege?: Privilege | null;
  /** True unless given. */
  readonly enabled?: boolean;
}

export interface StoredAccount {
  readonly id: number;
  name: Buffer;
  password: Buffer;
  /** Of the password; made once, used at every log-in. */
  key: KeyObject;
  /** 1…4, 15: no access. */
  level: number;
  enabled: boolean;
  ipmiMessaging: boolean;
  linkAuthentication: boolean;
  /** May have the serial console (§24.6). */
  solAccess: boolean;
}

export const maxAccounts = 15;

export function createAccounts(accounts: readonly BmcAccount[]): StoredAccount[] {
  return Array.from({ length: maxAccounts }, (_, index) => {
    const id = index + 1;
    const given = accounts.find(account => account.id === id);
    return given === undefined ? emptyAccount(id) : storedAccount(given);
  });
}

function emptyAccount(id: number): StoredAccount {
  return {
    id,
    name: Buffer.alloc(0),
    ...credentials(Buffer.alloc(0)),
    level: noAccess,
    enabled: false,
    ipmiMessaging: false,
    linkAuthentication: false,
    solAccess: false,
  };
}

function storedAccount(account: BmcAccount): StoredAccount {
  return {
    id: account.id,
    name: Buffer.from(account.name, 'utf8'),
    ...credentials(Buffer.from(account.password, 'utf8')),
    level: account.privilege === null ? noAccess : privilegeLevel(account.privilege ?? 'administrator'),
    enabled: account.enabled ?? true,
    ipmiMessaging: true,
    linkAuthentication: true,
    solAccess: true,
  };
}

/** The account that may open a session under this name; the first one where names repeat (§13.20 name-only lookup). */
export function findAccount(accounts: readonly StoredAccount[], name: Buffer): StoredAccount | undefined {
  return accounts.find(account => canLogIn(account) && account.name.equals(name));
}

function canLogIn(account: StoredAccount): boolean {
  return account.enabled && account.ipmiMessaging && account.level !== noAccess;
}

export function isPassword(account: StoredAccount, candidate: Buffer): boolean {
  return equalSecrets(paddedKey(account.password), paddedKey(candidate));
}

/** A password and the key that goes with it. */
export function credentials(password: Buffer): Pick<StoredAccount, 'password' | 'key'> {
  return { password, key: secretKey(password) };
}
