import type { Identity } from './identity.ts';
import { wickedBoothook } from './network/wicked-boothook.ts';

/**
 * Our own settings, as cloud-init's vendor data: there cloud-init itself lets the user's data win key by key, and the
 * user's data reaches the machine untouched, whatever its format (a script, multipart, Ignition's JSON).
 *
 * Two parts need an archive. JSON is YAML, so nothing in it can be taken for YAML syntax.
 */
export function vendorData(identity: Identity): string {
  const config = cloudConfig(identity);
  if (identity.network === undefined) return config;
  const parts = [
    { type: 'text/cloud-config', content: config },
    { type: 'text/cloud-boothook', content: wickedBoothook(identity.network) },
  ];
  return `#cloud-config-archive\n${JSON.stringify(parts, undefined, 2)}\n`;
}

/**
 * `chpasswd` says it twice: `users` since cloud-init 22.2, `list` before (RHEL 7 and 8, SLES 15, Ubuntu 20.04 as
 * released); newer versions only log that `list` is deprecated. `disable_root: false` lets the keys of meta_data work
 * for root, whom stock images otherwise answer with "please login as the user debian".
 */
function cloudConfig(identity: Identity): string {
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
