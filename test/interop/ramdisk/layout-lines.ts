/** The parameters of `assets/ramdisk/protocol.md` that are lines of fields. */
export const mebibyte = 2 ** 20;

export function layoutOf(...lines: (string | number)[][]): string {
  return lines.map(line => line.join('\t')).join('\n');
}

/** Mount point, file system and size as they stand in a layout's line. */
export function place(
  mountPoint: string,
  fileSystem: string,
  mebibytes: number | 'rest',
): (string | number)[] {
  return [mountPoint, fileSystem, mebibytes === 'rest' ? mebibytes : mebibytes * mebibyte];
}

/** Disk lines that say a serial and nothing else. */
export function bySerial(...serials: string[]): string {
  return serials.map(serial => [serial, '', '', '', ''].join('\t')).join('\n');
}
