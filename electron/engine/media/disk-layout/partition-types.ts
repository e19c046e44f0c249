/** What a partition is for, as far as booting and growing are concerned. */
export type PartitionRole = 'esp' | 'bios_boot' | 'extended' | 'protective' | 'other';

export interface PartitionType {
  readonly name: string;
  readonly role: PartitionRole;
}

const other = (name: string): PartitionType => ({ name, role: 'other' });

/** UEFI 2.10 §5.3.3, the Discoverable Partitions Specification and the vendors' own pages. Keys in upper case. */
const gptTypes: ReadonlyMap<string, PartitionType> = new Map<string, PartitionType>([
  ['C12A7328-F81F-11D2-BA4B-00A0C93EC93B', { name: 'EFI system', role: 'esp' }],
  ['21686148-6449-6E6F-744E-656564454649', { name: 'BIOS boot', role: 'bios_boot' }],
  ['0FC63DAF-8483-4772-8E79-3D69D8477DE4', other('Linux filesystem')],
  ['4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709', other('Linux root (x86-64)')],
  ['B921B045-1DF0-41C3-AF44-4C6F280D3FAE', other('Linux root (ARM64)')],
  ['BC13C2FF-59E6-4262-A352-B275FD6F7172', other('Linux extended boot')],
  ['933AC7E1-2EB4-4F13-B844-0E14E2AEF915', other('Linux home')],
  ['0657FD6D-A4AB-43C4-84E5-0933C84B4F4F', other('Linux swap')],
  ['E6D6D379-F507-44C2-A23C-238F2A3DF928', other('Linux LVM')],
  ['A19D880F-05FC-4D3B-A006-743F0F84911E', other('Linux RAID')],
  ['CA7D7CCB-63ED-4C53-861C-1742536059CC', other('Linux LUKS')],
  ['9E1A2D38-C612-4316-AA26-8B49521E5A8B', other('PowerPC PReP boot')],
  ['E3C9E316-0B5C-4DB8-817D-F92DF00215AE', other('Microsoft reserved')],
  ['EBD0A0A2-B9E5-4433-87C0-68B6B72699C7', other('Microsoft basic data')],
  ['DE94BBA4-06D1-4D40-A16A-BFD50179D6AC', other('Windows recovery')],
  ['5808C8AA-7E8F-42E0-85D2-E1E90434CFB3', other('Windows LDM metadata')],
  ['AF9B60A0-1431-4F62-BC68-3311714A69AD', other('Windows LDM data')],
  ['AA31E02A-400F-11DB-9590-000C2911D1B8', other('VMware VMFS')],
  ['9D275380-40AD-11DB-BF97-000C2911D1B8', other('VMware vmkcore')],
  ['516E7CB4-6ECF-11D6-8FF8-00022D09712B', other('FreeBSD data')],
  ['83BD6B9D-7F41-11DC-BE0B-001560B84F0F', other('FreeBSD boot')],
]);

const mbrTypes: ReadonlyMap<number, PartitionType> = new Map<number, PartitionType>([
  [0x01, other('FAT12')],
  [0x04, other('FAT16 (small)')],
  [0x05, { name: 'extended', role: 'extended' }],
  [0x06, other('FAT16')],
  [0x07, other('NTFS or exFAT')],
  [0x0b, other('FAT32')],
  [0x0c, other('FAT32 (LBA)')],
  [0x0e, other('FAT16 (LBA)')],
  [0x0f, { name: 'extended (LBA)', role: 'extended' }],
  [0x17, other('hidden NTFS')],
  [0x27, other('Windows recovery')],
  [0x82, other('Linux swap')],
  [0x83, other('Linux filesystem')],
  [0x85, { name: 'Linux extended', role: 'extended' }],
  [0x8e, other('Linux LVM')],
  [0xa5, other('FreeBSD')],
  [0xee, { name: 'GPT protective', role: 'protective' }],
  [0xef, { name: 'EFI system', role: 'esp' }],
  [0xfb, other('VMware VMFS')],
  [0xfd, other('Linux RAID')],
]);

export function gptPartitionType(guid: string): PartitionType {
  return gptTypes.get(guid) ?? other('unknown');
}

export function mbrPartitionType(typeByte: number): PartitionType {
  return mbrTypes.get(typeByte) ?? other('unknown');
}
