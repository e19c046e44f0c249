import { containedPath } from '#engine/net/file-source/contained-path.ts';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import { fileFromDisk } from '#engine/net/file-source/file-from-disk.ts';
import type { FileSource, ReadableFile } from '#engine/net/file-source/file-source.ts';
import { type Mac, parseMac } from '#shared/model/mac.ts';
import { type BootPlan, grubConfig, ipxeScript, pxelinuxConfig } from './boot-scripts.ts';

/** Per-machine configuration files by the names under which boot programs ask. */
const generated: readonly { readonly name: RegExp; readonly render: (plan: BootPlan) => string }[] = [
  { name: /^(?:boot\/)?([0-9a-f-]{17})\.ipxe$/, render: ipxeScript },
  { name: /^(?:.*\/)?pxelinux\.cfg\/01-([0-9a-f-]{17})$/, render: pxelinuxConfig },
  { name: /^(?:.*\/)?grub\.cfg-01-([0-9a-f-]{17})$/, render: grubConfig },
  { name: /^(?:grub\/)?([0-9a-f-]{17})\.conf$/, render: grubConfig },
];

/** A generated file's machine and rendering, or undefined for any other name. */
export function generatedFile(path: string): { mac: Mac; render: (plan: BootPlan) => string } | undefined {
  for (const { name, render } of generated) {
    const mac = parseMac(name.exec(path.toLowerCase())?.[1] ?? '');
    if (mac !== undefined) return { mac, render };
  }
  return undefined;
}

/**
 * One source for TFTP and HTTP: real boot programs from `bootDir`, configuration made up for the machine that asks.
 * `planFor` decides; undefined is "no such file", also for a machine that asks for another's.
 */
export function bootFileSource(
  bootDir: string,
  planFor: (mac: Mac, clientAddress: string) => BootPlan | undefined,
): FileSource {
  return async ({ path, client }): Promise<ReadableFile | undefined> => {
    const contained = containedPath(path);
    if (contained === undefined) return undefined;
    const special = generatedFile(contained);
    if (special === undefined) return fileFromDisk(bootDir, contained, { ignoreCase: true });
    const plan = planFor(special.mac, client.address);
    return plan === undefined ? undefined : fileFromBytes(Buffer.from(special.render(plan)));
  };
}
