/** What the lab's Debian 13 disc holds: as little as its installer needs, because every package costs emulated minutes. */

export const release = { codename: 'trixie', version: '13' } as const;

/** debootstrap takes what the index calls `required` or `important`. Of the important ones only these stay that. */
export const baseSystem: readonly string[] = [
  '?essential',
  'adduser',
  'apt',
  'debconf-i18n',
  'debian-archive-keyring',
  'dhcpcd-base',
  'e2fsprogs',
  'ifupdown',
  'init',
  'iproute2',
  'iputils-ping',
  'kmod',
  'login',
  'mount',
  'netbase',
  'passwd',
  'procps',
  'systemd',
  'systemd-sysv',
  'tzdata',
  'udev',
];

/** What the installer's own steps and our answer file install after that. The two GRUBs exclude each other: two sets. */
export const installedSets: readonly (readonly string[])[] = [
  [
    'linux-image-amd64',
    'initramfs-tools',
    'busybox',
    'zstd',
    'lvm2',
    'mdadm',
    'dosfstools',
    'openssh-server',
    'ifenslave',
    'vlan',
    'locales',
    'console-setup',
    'kbd',
    'sudo',
    'ethtool',
    'os-prober',
    'grub-pc',
  ],
  ['grub-efi-amd64', 'grub-efi-amd64-signed', 'shim-signed', 'efibootmgr'],
];

/** Parts of the installer beyond its initrd; what they depend on comes along. */
export const installerParts: readonly string[] = [
  'apt-mirror-setup',
  'apt-setup-udeb',
  'base-installer',
  'bootstrap-base',
  'clock-setup',
  'finish-install',
  'grub-installer',
  'partman-auto',
  'partman-auto-lvm',
  'partman-auto-raid',
  'partman-base',
  'partman-basicfilesystems',
  'partman-efi',
  'partman-ext3',
  'partman-lvm',
  'partman-md',
  'partman-target',
  'pkgsel',
  'tzsetup-udeb',
  'user-setup-udeb',
];

/**
 * Kernel modules beyond the initrd's. Debian's module packages are built with a kernel and go with it out of the archive,
 * so one is made here from the package of the very kernel that the installer runs. One, because each costs a depmod.
 */
export const installerModules = {
  provides: ['scsi-modules', 'sata-modules', 'ext4-modules', 'md-modules', 'loop-modules'],
  names: [
    'virtio_blk',
    'virtio_scsi',
    'nvme',
    'mptsas',
    'megaraid_sas',
    'ahci',
    'ata_piix',
    'ext4',
    'crc32c_generic',
    'dm-mod',
    'dm-mirror',
    'dm-snapshot',
    'raid0',
    'raid1',
    'raid10',
    'loop',
  ],
};
