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
  'identityProblem.network.no_place': 'there is no such NIC or bond',
  'identityProblem.network.member_of_bond': '{{found}} is a member of a bond and carries nothing itself',
  'identityProblem.network.bond_without_members': 'the bond has no NIC',
  'identityProblem.network.second_untagged': 'another untagged network is on the same NIC or bond',
  'identityProblem.network.same_vlan_twice': 'VLAN {{vlanId}} is there twice on the same NIC or bond',
  'identityProblem.network.bad_address': '“{{found}}” is no address that a machine can have',
  'identityProblem.network.address_is_network': '{{found}} is the network itself',
  'identityProblem.network.address_is_broadcast': '{{found}} is the broadcast address',
  'identityProblem.network.same_address_twice': '{{found}} is there twice',
  'identityProblem.network.gateway_outside': '{{found}} is not another host of the same network',
  'identityProblem.network.second_gateway':
    '{{found}}: another network has a gateway already; further ways are routes',
  'identityProblem.network.route_without_address': 'a route needs an address on its network',
  'identityProblem.network.bad_destination':
    '“{{found}}” is no destination (10.0.0.0/8); the way to everywhere is the gateway',
  'identityProblem.network.route_via_outside': '{{found}} is not another host of this network',
  'identityProblem.network.bad_search_domain': '“{{found}}” is no domain',
  'identityProblem.bond.unknown_option':
    '{{bond}}: “{{option}}” is no bond option that every system can be given',
  'identityProblem.bond.not_in_mode': '{{bond}}: {{option}} has no meaning in mode {{mode}}',
  'identityProblem.bond.bad_value': '{{bond}}: “{{found}}” is no value of {{option}} ({{allowed}})',
  'identityProblem.bond.needs_option': '{{bond}}: {{option}} does nothing without {{other}}',
  'identityProblem.bond.excludes_option': '{{bond}}: {{option}} and {{other}} exclude each other',
  'identityProblem.bond.delay_below_miimon':
    '{{bond}}: {{option}} is shorter than miimon ({{miimon}} ms) and would do nothing',
  'identityProblem.bond.mac_of_member':
    '{{bond}}: {{option}} gives it the MAC of its active NIC; it cannot have {{found}} as its own',
  'identityProblem.bond.not_on_image':
    '{{bond}}: {{option}} does not reach the system of every image; an installer can be given it',
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
  'identityField.networks': 'Network',
} as const;
