/** Why a part of an identity was not accepted. The window translates `code`; `reason` is the same in English. */
export interface IdentityProblem {
  /** `hostName`, `rootPassword`, `sshAuthorizedKeys`, `nics[0].address`, … */
  readonly field: string;
  readonly code: IdentityProblemCode;
  readonly reason: string;
}

export type IdentityProblemCode =
  | 'host_name.empty'
  | 'host_name.too_long'
  | 'host_name.label_too_long'
  | 'host_name.empty_label'
  | 'host_name.bad_character'
  | 'host_name.hyphen_at_edge'
  | 'host_name.looks_like_address'
  | 'password.empty'
  | 'password.too_long'
  | 'password.control_character'
  | 'password_hash.not_supported'
  | 'ssh_key.private_key'
  | 'ssh_key.control_character'
  | 'ssh_key.options'
  | 'ssh_key.unknown_type'
  | 'ssh_key.dsa'
  | 'ssh_key.bad_base64'
  | 'ssh_key.bad_blob'
  | 'ssh_key.too_short'
  | 'ssh_key.too_many'
  | 'nic.bad_mac'
  | 'nic.same_mac_twice'
  | 'nic.bad_address'
  | 'nic.address_is_network'
  | 'nic.address_is_broadcast'
  | 'nic.bad_gateway'
  | 'nic.gateway_outside'
  | 'nic.bad_dns_server'
  | 'nic.bad_mtu'
  | 'user_data.too_large'
  | 'user_data.binary'
  | 'user_data.unknown_kind'
  | 'user_data.tab_indentation'
  | 'user_data.no_boundary'
  | 'timezone.unknown';

/** A parsed value, or what is wrong with the text. */
export type Checked<T> = { readonly ok: true; readonly value: T } | Rejected;

export interface Rejected {
  readonly ok: false;
  readonly code: IdentityProblemCode;
  readonly reason: string;
}

export function accepted<T>(value: T): Checked<T> {
  return { ok: true, value };
}

export function rejected(code: IdentityProblemCode, reason: string): Rejected {
  return { ok: false, code, reason };
}

export function hasControlCharacter(text: string): boolean {
  return Array.from(text).some(character => character < ' ' || character === '\u007f');
}
