import type { IdentityProblemCode } from '#shared/contract/identity-problems.ts';

/** What is wrong with a part of who a machine becomes. The values stand in `identity-problems.ts`. */
const problems = {
  'identityProblem.host_name.empty': 'there is no host name',
  'identityProblem.host_name.too_long': '{{length}} characters; Linux holds {{limit}}',
  'identityProblem.host_name.label_too_long': '{{length}} characters between dots; {{limit}} are allowed',
  'identityProblem.host_name.empty_label': 'a dot at the start or end, or two in a row',
  'identityProblem.host_name.bad_character':
    '“{{found}}” is not allowed; letters, digits, hyphens and dots are',
  'identityProblem.host_name.hyphen_at_edge': '“{{found}}” begins or ends with a hyphen',
  'identityProblem.host_name.looks_like_address': 'the last part must not be only digits',
  'identityProblem.password.empty': 'the password is empty',
  'identityProblem.password.too_long': 'longer than {{limit}} characters',
  'identityProblem.password.control_character': 'has a line break or another character that cannot be typed',
  'identityProblem.password_hash.not_supported': 'not a SHA-512 crypt hash ($6$…)',
  'identityProblem.ssh_key.private_key': 'this is a private key; the public one (.pub) is needed',
  'identityProblem.ssh_key.control_character': 'line {{line}} has a control character',
  'identityProblem.ssh_key.options': 'line {{line}}: options before the key are not supported',
  'identityProblem.ssh_key.unknown_type': 'line {{line}} is no public key: it begins with “{{found}}”',
  'identityProblem.ssh_key.dsa': 'line {{line}}: OpenSSH takes no DSA keys any more',
  'identityProblem.ssh_key.bad_base64': 'line {{line}}: the key is cut off or not base64',
  'identityProblem.ssh_key.bad_blob': 'line {{line}}: the key is cut off or mixed up',
  'identityProblem.ssh_key.too_short':
    'line {{line}}: an RSA key of {{bits}} bits; OpenSSH wants {{limit}} or more',
  'identityProblem.ssh_key.too_many': '{{count}} keys; {{limit}} are allowed',
  'identityProblem.nic.bad_mac': '“{{found}}” is not a MAC address',
  'identityProblem.nic.same_mac_twice': '{{found}} is there twice',
  'identityProblem.nic.bad_address': '“{{found}}” is not an address with its prefix (10.0.0.5/24)',
  'identityProblem.nic.address_is_network': '{{found}} is the network itself',
  'identityProblem.nic.address_is_broadcast': '{{found}} is the broadcast address',
  'identityProblem.nic.bad_gateway': '“{{found}}” is not an address',
  'identityProblem.nic.gateway_outside': '{{found}} is not another host of the same network',
  'identityProblem.nic.bad_dns_server': '“{{found}}” is not an address',
  'identityProblem.user_data.too_large': '{{sizeBytes}}; {{limitBytes}} are allowed',
  'identityProblem.user_data.binary': 'this is not text',
  'identityProblem.user_data.unknown_kind':
    'the first line must say what this is: #cloud-config, the interpreter of a script, or another form that cloud-init knows',
  'identityProblem.user_data.tab_indentation': 'line {{line}} is indented with a tab; YAML wants spaces',
  'identityProblem.user_data.no_boundary': 'the multipart header names no boundary',
} as const satisfies Record<`identityProblem.${IdentityProblemCode}`, string>;

export const identity = {
  ...problems,
  'identityField.hostName': 'Host name',
  'identityField.rootPassword': 'Root password',
  'identityField.rootPasswordHash': 'Root password',
  'identityField.sshAuthorizedKeys': 'SSH keys',
  'identityField.userData': 'User data',
  'identityField.nics': 'Network',
} as const;
