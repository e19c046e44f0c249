import type { flavorParts } from '#shared/contract/index.ts';

/** In which a server may differ from what was asked for. */
const parts = {
  'flavorPart.state': 'state',
  'flavorPart.vcpus': 'CPU threads',
  'flavorPart.memory': 'memory',
  'flavorPart.disks': 'disks',
  'flavorPart.resourceClass': 'resource class',
  'flavorPart.label': 'label',
  'flavorPart.rootDevice': 'disk for the system',
} as const satisfies Record<`flavorPart.${(typeof flavorParts)[number]}`, string>;

/** Servers found by what they have. */
export const flavor = {
  ...parts,
  'flavor.open': 'Find by flavor…',
  'flavor.title': 'Find servers by flavor',
  'flavor.help':
    'Servers that equal it, none that is larger. What you leave empty does not count; 31.6 GiB of memory count as 32.',
  'flavor.vcpus': 'CPU threads',
  'flavor.memoryGib': 'Memory, GiB',
  'flavor.disks': 'Disks',
  'flavor.diskGroup': 'Disks {{number}}',
  'flavor.addDisks': 'Add disks',
  'flavor.count': 'How many',
  'flavor.sizeGb': 'Size each, GB',
  'flavor.labelsHelp': 'name=value, one a line: all of them',
  'flavor.range': '1 to {{limit}}',
  'flavor.find': 'Find',
  'flavor.matches_one': '{{count}} server equals it',
  'flavor.matches_other': '{{count}} servers equal it',
  'flavor.select_one': 'Select it',
  'flavor.select_other': 'Select all {{count}}',
  'flavor.none': 'No server equals it. The nearest:',
  'flavor.noServer': 'There is no server to compare with.',
  'flavor.difference': '{{part}}: {{has}} instead of {{wanted}}',
  'flavor.unknown': '{{part}}: not inspected yet, {{wanted}} wanted',
} as const;
