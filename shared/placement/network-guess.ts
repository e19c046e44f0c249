import type { NetworkAssignment } from '#shared/contract/index.ts';

type Reason = NetworkAssignment['reasons'][number];

/** What makes a choice more than a guess: a person, a VLAN that somebody or a switch has told, or the physical network. */
const grounds: ReadonlySet<Reason['code']> = new Set([
  'chosen_by_person',
  'provisioning_nic',
  'same_segmentation_id',
  'lldp_vlan',
  'same_physical_network',
]);

/** A network with a VLAN went to a link that may be wired for any. */
export function isGuess({ reasons }: Pick<NetworkAssignment, 'reasons'>): boolean {
  return reasons.some(({ code }) => code === 'no_segmentation_id') && !reasons.some(isGround);
}

function isGround({ code }: Reason): boolean {
  return grounds.has(code);
}

/** By what the link was taken all the same. */
export function reasonsOfGuess({ reasons }: Pick<NetworkAssignment, 'reasons'>): readonly Reason[] {
  return reasons.filter(({ code }) => code !== 'no_segmentation_id');
}
