/** As much of an x86-64 kernel as says what it is (Documentation/arch/x86/boot.rst). */
export function madeKernel(version: string): Buffer {
  const kernel = Buffer.alloc(4096);
  kernel.write('MZ', 0, 'latin1');
  kernel.writeUInt16LE(0xaa55, 0x1fe);
  kernel.write('HdrS', 0x202, 'latin1');
  kernel.writeUInt16LE(0x600, 0x20e);
  kernel.writeUInt16LE(1, 0x236);
  kernel.write(`${version} (debian-kernel@lists.debian.org) #1 SMP\0`, 0x800, 'latin1');
  return kernel;
}
