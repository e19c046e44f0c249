/**
 * Why a part of an identity is not accepted, as catalogue keys: the page has a sentence for each
 * (`identityProblem.<code>`). The values are named behind each code.
 */
export const identityProblems = [
  'host_name.empty',
  'host_name.too_long', // length, limit
  'host_name.label_too_long', // length, limit
  'host_name.empty_label',
  'host_name.bad_character', // found
  'host_name.hyphen_at_edge', // found
  'host_name.looks_like_address',
  'password.empty',
  'password.too_long', // limit
  'password.control_character',
  'password_hash.not_supported',
  'ssh_key.private_key',
  'ssh_key.control_character', // line
  'ssh_key.options', // line
  'ssh_key.unknown_type', // line, found
  'ssh_key.dsa', // line
  'ssh_key.bad_base64', // line
  'ssh_key.bad_blob', // line
  'ssh_key.too_short', // line, bits, limit
  'ssh_key.too_many', // count, limit
  'network.no_place',
  'network.member_of_bond', // found
  'network.bond_without_members',
  'network.second_untagged',
  'network.same_vlan_twice', // vlanId
  'network.bad_address', // found
  'network.address_is_network', // found
  'network.address_is_broadcast', // found
  'network.same_address_twice', // found
  'network.gateway_outside', // found
  'network.second_gateway', // found
  'network.route_without_address',
  'network.bad_destination', // found
  'network.route_via_outside', // found
  'network.bad_search_domain', // found
  'bond.unknown_option', // bond, option
  'bond.not_in_mode', // bond, option, mode
  'bond.bad_value', // bond, option, found, allowed
  'bond.needs_option', // bond, option, other
  'bond.excludes_option', // bond, option, other
  'bond.delay_below_miimon', // bond, option, miimon
  'bond.mac_of_member', // bond, option, found
  'bond.not_on_image', // bond, option
  'user_data.too_large', // sizeBytes, limitBytes
  'user_data.binary',
  'user_data.unknown_kind',
  'user_data.tab_indentation', // line
  'user_data.no_boundary',
] as const;
export type IdentityProblemCode = (typeof identityProblems)[number];
