import { maxPasswordBytes } from './cipher-suite.ts';
import type { BmcSession } from './client.ts';
import type { Privilege } from './commands/command.ts';
import { privilegeLevel } from './commands/command.ts';
import type { UserAccess } from './commands/user.ts';
import {
  getUserAccess,
  getUserName,
  noAccess,
  setUserAccess,
  setUserEnabled,
  setUserName,
  setUserPassword,
} from './commands/user.ts';
import { BmcError } from './failure.ts';
import { maxUsernameBytes } from './rakp.ts';

export interface BmcUser {
  readonly id: number;
  /** Empty for the null user. */
  readonly name: string;
  /** Undefined where the firmware does not tell. */
  readonly enabled: boolean | undefined;
  readonly ipmiMessaging: boolean;
  /** Undefined: no access. */
  readonly privilege: Privilege | undefined;
}

/** The accounts that exist: have a name or may log in. Needs operator privilege on most boards. */
export async function listUsers(session: BmcSession): Promise<readonly BmcUser[]> {
  const { maxUserIds } = await session.run(getUserAccess(1));
  const users: BmcUser[] = [];
  for (let id = 1; id <= maxUserIds; id += 1) {
    const user = await readUser(session, id);
    if (user !== undefined) users.push(user);
  }
  return users;
}

async function readUser(session: BmcSession, id: number): Promise<BmcUser | undefined> {
  let access: UserAccess;
  let name: string;
  try {
    access = await session.run(getUserAccess(id));
    name = await session.run(getUserName(id));
  } catch (error) {
    // Lenovo XCC and others answer "invalid data field" for a free slot (xcat-core#5065).
    if (error instanceof BmcError && error.failure.kind === 'completion_code') return undefined;
    throw error;
  }
  const canLogIn = access.ipmiMessaging && access.privilege !== undefined && access.enabled !== false;
  if (name === '' && !canLogIn) return undefined;
  const { enabled, ipmiMessaging, privilege } = access;
  return { id, name, enabled, ipmiMessaging, privilege };
}

export interface BmcUserChange {
  readonly name?: string;
  readonly password?: string;
  /** Null: no access. */
  readonly privilege?: Privilege | null;
  readonly enabled?: boolean;
}

/** Applies what is given, in the order in which firmware accepts it: name, password, access, enabled. Needs administrator. */
export async function changeUser(session: BmcSession, userId: number, change: BmcUserChange): Promise<void> {
  if (!Number.isInteger(userId) || userId < 1 || userId > 63) throw invalid('user ids are 1…63');
  const name = Buffer.from(change.name ?? '', 'utf8');
  const password = Buffer.from(change.password ?? '', 'utf8');
  if (name.length > maxUsernameBytes) throw invalid('IPMI user names hold at most 16 bytes');
  if (password.length > maxPasswordBytes) throw invalid('IPMI passwords hold at most 20 bytes');
  if (change.name !== undefined) await session.run(setUserName(userId, name));
  if (change.password !== undefined) await session.run(setUserPassword(userId, 'set', password));
  if (change.privilege !== undefined) {
    const level = change.privilege === null ? noAccess : privilegeLevel(change.privilege);
    const allowed = change.privilege !== null;
    await session.run(
      setUserAccess(userId, { ipmiMessaging: allowed, linkAuthentication: allowed, privilegeLevel: level }),
    );
  }
  if (change.enabled !== undefined) await session.run(setUserEnabled(userId, change.enabled));
}

/** Whether the BMC has this password for the user, without a log-in. */
export async function isUserPassword(
  session: BmcSession,
  userId: number,
  password: string,
): Promise<boolean> {
  try {
    await session.run(setUserPassword(userId, 'test', Buffer.from(password, 'utf8')));
    return true;
  } catch (error) {
    if (
      error instanceof BmcError &&
      error.failure.kind === 'completion_code' &&
      error.failure.code === 0x80
    ) {
      return false;
    }
    throw error;
  }
}

function invalid(detail: string): BmcError {
  return new BmcError({ kind: 'invalid_request', detail });
}
