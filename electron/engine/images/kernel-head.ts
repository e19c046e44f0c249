import type { InstallerMedium } from '#shared/contract/index.ts';

export interface KernelHead {
  readonly architecture: InstallerMedium['architecture'];
  /** `6.1.0-18-amd64`; empty where the file does not say it uncompressed. */
  readonly version: string;
}

/**
 * A Linux kernel by its first bytes; undefined for anything else. x86's header (Documentation/arch/x86/boot.rst) points at
 * its version, arm64's (Documentation/arch/arm64/booting.rst) has none.
 */
export function kernelHead(head: Uint8Array): KernelHead | undefined {
  const view = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (view.toString('latin1', 56, 60) === 'ARM\x64') return { architecture: 'aarch64', version: '' };
  if (view.length < 0x238 || view.readUInt16LE(0x1fe) !== 0xaa55) return undefined;
  if (view.toString('latin1', 0x202, 0x206) !== 'HdrS') return undefined;
  const is64Bit = (view.readUInt16LE(0x236) & 1) === 1;
  const pointer = view.readUInt16LE(0x20e);
  const text = pointer === 0 ? '' : view.toString('latin1', pointer + 0x200, pointer + 0x200 + 100);
  const version = /^\d[\w.+~-]{0,59}(?=[ \0])/.exec(text)?.[0] ?? '';
  return { architecture: is64Bit ? 'x86_64' : 'unknown', version };
}
