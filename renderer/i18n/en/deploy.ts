/** The deploy dialog: image, disk, identity, review. */
export const deploy = {
  'deploy.title': 'Deploy {{name}}',
  'deploy.image': 'Image',
  'deploy.disk': 'Disk to be overwritten',
  'deploy.identity': 'Identity',
  'deploy.go': 'Deploy',
  'deploy.noImage': 'No image is ready.',
  'deploy.otherFirmware': 'Does not boot on {{firmware}}, which this server uses',
  'deploy.diskBy': 'How the disk is chosen',
  'deploy.byPerson': 'I choose the disk',
  'deploy.byHints': 'By root device hints',
  'deploy.notInspected':
    'The disks of this server are not known yet. An inspection finds them; a disk image or root file system can also be written by root device hints.',
  'deploy.inspectFirst': 'Inspect first',
  'deploy.inspecting':
    'The server boots the ramdisk, tells its disks and is switched off. They appear here; what you entered stays.',
  'deploy.inspectingByHand':
    'Switch the server on by hand and let it boot from the network. Its disks appear here; what you entered stays.',
  'deploy.diskReadOnly': 'This disk is read-only',
  'deploy.diskTooSmall': 'The image needs {{needed}}, this disk has {{size}}',
  'deploy.profileAndLayout': 'Profile and disk layout',
  'deploy.profile': 'Profile',
  'deploy.noProfile': 'None',
  'deploy.layout': 'Disk layout: {{layout}}',
  'deploy.ownLayout': 'Disk layout: ours, /boot and LVM with rootvg. A profile can say otherwise.',
  'deploy.partsUnused': 'Of this profile, an image of this kind does not use: {{parts}}.',
  'deploy.raidDisks': 'Other disks of the RAID, overwritten too',
  'deploy.raidCount_one': '{{count}} disk so far',
  'deploy.raidCount_other': '{{count}} disks with the first',
  'deploy.installerHow':
    'The server boots the installer of this ISO, which gets an answer file made of this page and the profile, and asks nobody.',
  'deploy.networks': 'Networks',
  'identity.hostName': 'Host name',
  'identity.hostNameWrong': 'Letters, digits and hyphens, parts separated by dots',
  'identity.rootPassword': 'Root password (optional)',
  'identity.sshKeys': 'SSH keys for root, one a line',
  'identity.sshKeysWrong':
    'One of the lines is not a public key as a .pub file has it: no options in front, no DSA',
  'identity.keyCount_one': '{{count}} key',
  'identity.keyCount_other': '{{count}} keys',
  'identity.noLogin': 'Neither password nor key: nobody may be able to log in.',
  'identity.advanced': 'Advanced',
  'identity.readback': 'Read the disk again after the write and compare',
  'identity.grow': 'Grow the last partition to the end of the disk',
  'identity.userData': 'User data for cloud-init',
  'review.title': 'Review',
  'review.incomplete':
    'Choose an image and a disk, give a host name, and correct what is red. Nothing happens before Deploy.',
  'review.pending': 'Checking …',
  'review.again': 'Check again',
  'review.powerCut':
    'If it runs, its power is cut at once: the operating system on it does not shut down first.',
  'review.overwritten': 'This disk will be overwritten, all of it:',
  'review.disksOverwritten': 'These {{number}} disks will be overwritten, all of them:',
  'review.networks': 'Networks:',
  'review.leftAlone': 'Left alone:',
  'review.byRule': '{{reason}} (rule {{number}})',
  'review.diskUnknown': 'Which disk is overwritten is decided by the hints when the ramdisk sees the disks.',
  'review.typeHostName': 'Type {{hostName}} to confirm',
  'review.power.by_hand': 'No BMC: you will be asked to switch it on by hand',
  'review.disk.decided_in_ramdisk':
    'Not inspected yet: the hints must fit exactly one disk, or nothing is written',
  'review.disk.removable': 'The disk is removable: is it really the one?',
  'review.disk.has_data': 'There are data on {{disk}}; they will be lost',
  'review.disk.shares_group':
    '{{group}} lies on {{disk}} and on {{others}}: it will be lost there too, though nothing there is written',
  'review.network.guessed':
    'It is a guess that {{network}} goes to {{nic}}: nothing is known of its VLANs. It was taken because {{reasons}}',
  'review.network.guessed.next':
    "Enter the NIC's VLAN (server, NICs), or inspect the server: its switch may tell by LLDP",
  'review.hardware.trouble': '{{trouble}}',
  'review.image.other_firmware': 'The image does not boot on {{firmware}}, which this server uses',
} as const;
