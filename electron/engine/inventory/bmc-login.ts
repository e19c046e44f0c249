import type { CipherSuiteId } from '#engine/net/ipmi/cipher-suite.ts';
import type { BmcSessionOptions } from '#engine/net/ipmi/client.ts';
import { BmcError } from '#engine/net/ipmi/failure.ts';
import type { Store } from '#engine/store/store.ts';
import type { Bmc, BmcPrivilege, BmcProtocol, Node } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { bmcKeyName, bmcPasswordName, secretsOwner, taken } from './nodes.ts';

/** All that decides who is logged in where. */
export interface BmcCredentials {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** K_g as a person types it: text, or `0x` and hex digits; empty for none. */
  readonly bmcKey: string;
  readonly protocol: BmcProtocol;
  /** Null: administrator, and operator where that is refused. Nothing that we ask needs more than operator. */
  readonly privilege: BmcPrivilege | null;
}

/** Credentials, and what an earlier session taught us. */
export interface BmcLogin extends BmcCredentials {
  readonly cipherSuite: number | null;
  readonly interfaceVersion: Bmc['interfaceVersion'];
}

/** The stored login of a server; undefined without a BMC. */
export function loginOf(store: Store, node: Node): BmcLogin | undefined {
  if (node.bmc === null) return undefined;
  const { address, port, username, protocol, privilege, cipherSuite, interfaceVersion } = node.bmc;
  const secret = (name: string) => store.secrets.get(secretsOwner(node.id), name) ?? '';
  const password = secret(bmcPasswordName);
  const bmcKey = secret(bmcKeyName);
  return { address, port, username, password, bmcKey, protocol, privilege, cipherSuite, interfaceVersion };
}

/** Names one BMC. */
export function placeOf({ address, port }: Pick<Bmc, 'address' | 'port'>): string {
  return `${address.toLowerCase()} ${port}`;
}

/** Throws `input.conflict` when another server has this BMC: one of the two would be switched instead of the other. */
export function refuseTakenBmc(store: Store, bmc: Pick<Bmc, 'address' | 'port'>, except?: NodeId): void {
  const other = store.nodes.findByBmc(bmc, except);
  if (other !== undefined) throw taken('bmc', `${bmc.address}:${bmc.port} (${other.name})`);
}

export function isSameLogin(one: BmcCredentials, other: BmcCredentials): boolean {
  return (
    placeOf(one) === placeOf(other) &&
    one.username === other.username &&
    one.password === other.password &&
    one.bmcKey === other.bmcKey &&
    one.protocol === other.protocol &&
    one.privilege === other.privilege
  );
}

/** Opens a session, or what else is opened with a login, and says with what it worked. Rejects with BmcError. */
export async function logIn<Session>(
  client: { readonly openSession: (options: BmcSessionOptions) => Promise<Session> },
  login: BmcLogin,
  signal: AbortSignal,
): Promise<{ session: Session; login: BmcLogin }> {
  try {
    return { session: await client.openSession(optionsOf(login, signal)), login };
  } catch (error) {
    const other = otherWay(login, error);
    if (other === undefined) throw error;
    return { session: await client.openSession(optionsOf(other, signal)), login: other };
  }
}

function otherWay(login: BmcLogin, error: unknown): BmcLogin | undefined {
  if (!(error instanceof BmcError)) return undefined;
  const { failure } = error;
  const reason = failure.kind === 'auth_failed' ? failure.reason : undefined;
  if (reason === 'privilege' && login.privilege === null) return { ...login, privilege: 'operator' };
  const isRefused = failure.kind === 'no_matching_cipher_suite' || reason === 'no_safe_method';
  // A board that we remember with IPMI 1.5 may have got new firmware.
  if (isRefused && login.interfaceVersion === '1.5') return { ...login, interfaceVersion: null };
  return undefined;
}

function optionsOf(login: BmcLogin, signal: AbortSignal): BmcSessionOptions {
  const { address: host, port, username, password, bmcKey, privilege } = login;
  return {
    host,
    port,
    username,
    password,
    signal,
    privilege: privilege ?? 'administrator',
    ...(bmcKey === '' ? {} : { bmcKey: bmcKeyBytes(bmcKey) }),
    ...protocolOptions(login),
  };
}

function protocolOptions({
  protocol,
  cipherSuite,
  interfaceVersion,
}: BmcLogin): Pick<BmcSessionOptions, 'preferredCipherSuite' | 'interfaceVersion'> {
  switch (protocol) {
    case 'auto': {
      if (interfaceVersion === '1.5') return { interfaceVersion };
      const remembered = knownSuite(cipherSuite);
      return remembered === undefined ? {} : { preferredCipherSuite: remembered };
    }
    case 'suite-17':
      return { interfaceVersion: '2.0', preferredCipherSuite: 17 };
    case 'suite-3':
      return { interfaceVersion: '2.0', preferredCipherSuite: 3 };
    case 'suite-0':
      return { interfaceVersion: '2.0', preferredCipherSuite: 0 };
    case 'ipmi-1.5':
      return { interfaceVersion: '1.5' };
    default:
      return assertNever(protocol);
  }
}

/** Suite 0 is used only while a person asks for it, not because it worked once. */
function knownSuite(id: number | null): CipherSuiteId | undefined {
  return id === 17 || id === 3 ? id : undefined;
}

function bmcKeyBytes(text: string): Buffer {
  return text.startsWith('0x') ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'utf8');
}
