const maxPathLength = 1024;
const maxSegmentLength = 255;

/**
 * A client's path as `a/b/c` below some root, or undefined where it cannot be one.
 * A leading slash means the root itself, as with every TFTP server that changes its root; backslashes are
 * separators (`\Boot\BCD`, Windows' boot manager), `//` and `.` vanish (`//grubx64.efi`, Debian's shim).
 * `..`, a drive letter, control characters and over-long names are refused rather than repaired.
 */
export function containedPath(raw: string): string | undefined {
  if (raw.length > maxPathLength || hasControlCharacter(raw)) return undefined;
  const segments = raw
    .replaceAll('\\', '/')
    .split('/')
    .filter(segment => segment !== '' && segment !== '.');
  if (segments.length === 0 || /^[a-z]:/i.test(segments[0] ?? '')) return undefined;
  const acceptable = segments.every(segment => segment !== '..' && segment.length <= maxSegmentLength);
  return acceptable ? segments.join('/') : undefined;
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}
