import { buildIso, type IsoFile } from '#engine/media/iso9660/writer.ts';
import type { Identity } from './identity.ts';
import { networkData } from './nic.ts';

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
 *
 * Our own settings are in vendor_data.json, because there cloud-init itself lets the user's data win key by key, and
 * user_data reaches the machine untouched, whatever its format (a script, multipart, Ignition's JSON).
 */
export function configDriveFiles(identity: Identity, instance: ConfigDriveInstance): readonly IsoFile[] {
  const file = (name: string, content: string | object): IsoFile => ({
    path: `openstack/latest/${name}`,
    bytes: Buffer.from(typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`),
  });
  return [
    file('meta_data.json', metaData(identity, instance)),
    file('vendor_data.json', { 'cloud-init': vendorCloudConfig(identity) }),
    ...(identity.nics.length === 0 ? [] : [file('network_data.json', networkData(identity.nics))]),
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

/**
 * JSON is YAML, so nothing in it can be taken for YAML syntax.
 *
 * `chpasswd` says it twice: `users` since cloud-init 22.2, `list` before (RHEL 7 and 8, SLES 15, Ubuntu 20.04 as
 * released); newer versions only log that `list` is deprecated. `disable_root: false` lets the keys of meta_data work
 * for root, whom stock images otherwise answer with "please login as the user debian".
 */
function vendorCloudConfig(identity: Identity): string {
  const hash = identity.rootPasswordHash;
  const config = {
    disable_root: false,
    preserve_hostname: false,
    ...(hash === undefined
      ? {}
      : {
          chpasswd: {
            expire: false,
            users: [{ name: 'root', password: hash, type: 'hash' }],
            list: [`root:${hash}`],
          },
        }),
  };
  return `#cloud-config\n${JSON.stringify(config, undefined, 2)}\n`;
}
