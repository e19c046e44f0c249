import { buildIso, type IsoFile } from '#engine/media/iso9660/writer.ts';
import type { Identity } from './identity.ts';
import { networkData } from './network/network-data.ts';
import { vendorData } from './vendor-data.ts';

/** The one deployment that this drive belongs to. */
export interface ConfigDriveInstance {
  /** A new one for every deployment: cloud-init runs its once-per-instance steps when it changes. */
  readonly instanceId: string;
  /** The dates on the drive. */
  readonly createdAtMs: number;
}

/** The label by which cloud-init, Ignition and cloudbase-init look for the drive. */
const configDriveLabel = 'config-2';

/** The ISO 9660 image of the config drive, some 100 KB. The same input gives the same bytes. */
export function buildConfigDrive(identity: Identity, instance: ConfigDriveInstance): Uint8Array {
  return buildIso(configDriveFiles(identity, instance), {
    label: configDriveLabel,
    createdAtMs: instance.createdAtMs,
  });
}

/**
 * OpenStack's config drive, version 2. Only `latest`: every reader falls back to it, and a dated folder would promise
 * the rest of that Nova release.
 */
export function configDriveFiles(identity: Identity, instance: ConfigDriveInstance): readonly IsoFile[] {
  const file = (name: string, content: string | object): IsoFile => ({
    path: `openstack/latest/${name}`,
    bytes: Buffer.from(typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`),
  });
  return [
    file('meta_data.json', metaData(identity, instance)),
    file('vendor_data.json', { 'cloud-init': vendorData(identity) }),
    ...(identity.network === undefined ? [] : [file('network_data.json', networkData(identity.network))]),
    ...(identity.userData === undefined ? [] : [file('user_data', identity.userData.text)]),
  ];
}

function metaData(identity: Identity, instance: ConfigDriveInstance): object {
  return {
    uuid: instance.instanceId,
    name: identity.hostName,
    hostname: identity.hostName,
    launch_index: 0,
    public_keys: Object.fromEntries(
      identity.sshAuthorizedKeys.map((key, index) => [`key-${index + 1}`, key]),
    ),
  };
}
