import { buildIso, type IsoFile } from '#engine/media/iso9660/writer.ts';
import type { ConfigDriveInstance } from './config-drive.ts';
import type { Identity } from './identity.ts';
import { networkConfig } from './network/netplan.ts';
import { vendorData } from './vendor-data.ts';

/** The label by which cloud-init finds the drive; it takes it in upper case too, as some tools write it. */
const noCloudLabel = 'cidata';

/** The ISO 9660 image for cloud-init's NoCloud. The same input gives the same bytes. */
export function buildNoCloudDrive(identity: Identity, instance: ConfigDriveInstance): Uint8Array {
  return buildIso(noCloudFiles(identity, instance), {
    label: noCloudLabel,
    createdAtMs: instance.createdAtMs,
  });
}

/**
 * The files of a NoCloud drive, or below the address of `ds=nocloud;s=http://…/`. user-data is there even when nobody
 * gave any: without it cloud-init takes a drive for none and asks a server again and again.
 */
export function noCloudFiles(identity: Identity, instance: ConfigDriveInstance): readonly IsoFile[] {
  const file = (path: string, text: string): IsoFile => ({ path, bytes: Buffer.from(text) });
  const metaData = {
    'instance-id': instance.instanceId,
    'local-hostname': identity.hostName,
    'public-keys': identity.sshAuthorizedKeys,
  };
  return [
    file('meta-data', `${JSON.stringify(metaData, undefined, 2)}\n`),
    file('user-data', identity.userData?.text ?? '#cloud-config\n{}\n'),
    file('vendor-data', vendorData(identity)),
    ...(identity.network === undefined ? [] : [file('network-config', networkConfig(identity.network))]),
  ];
}
