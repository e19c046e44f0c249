import type { Profile } from '#shared/contract/index.ts';
import { aProfile } from '#test/fakes/rows.ts';
import { profileOf, rockyId } from './ids.ts';

const gib = 2 ** 30;

/** One with all that a profile can hold, and a plain one. */
export function profiles(now: number): Profile[] {
  return [
    aProfile({
      id: profileOf(1),
      name: 'Web servers',
      description: 'Rack 4, the shop. Two mirrored SSDs; the SAN belongs to the databases.',
      storage: {
        partitionTable: 'gpt',
        raidLevel: '1',
        partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gib }],
        volumeGroup: {
          name: 'rootvg',
          volumes: [
            { name: 'root', mountPoint: '/', fileSystem: 'xfs', size: 40 * gib },
            { name: 'var', mountPoint: '/var', fileSystem: 'xfs', size: 'rest' },
            { name: 'swap', mountPoint: '', fileSystem: 'swap', size: 8 * gib },
          ],
        },
      },
      diskRules: [
        { action: 'include', match: { driver: 'megaraid_sas' } },
        { action: 'exclude', match: { pciId: '1077:*' } },
      ],
      timeZone: 'Asia/Shanghai',
      users: [
        {
          name: 'ops',
          fullName: 'Operations',
          sshAuthorizedKeys: [
            'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bq3i8xQ2Jf0yXk2m8Zb1Qh5oQ8cYc3vW9p1uKx7Ty ops@laptop',
          ],
          sudo: true,
          hasPassword: true,
        },
      ],
      packages: ['@core', 'nginx', 'chrony', 'vim-enhanced'],
      repositories: [{ name: 'rocky', url: `image:${rockyId}/`, suite: '', checkSignatures: true }],
      postScripts: [{ name: 'motd', text: '#!/bin/sh\nset -e\necho "rack 4" > /etc/motd\n' }],
      kernelArguments: 'console=ttyS0,115200',
      createdAt: now - 86_400_000,
      updatedAt: now - 3_600_000,
    }),
    aProfile({
      id: profileOf(2),
      name: 'Hosts of virtual machines',
      timeZone: 'Europe/Berlin',
      createdAt: now - 80_000_000,
      updatedAt: now - 70_000_000,
    }),
  ];
}
