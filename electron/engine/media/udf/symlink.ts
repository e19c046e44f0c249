import { ostaText } from './osta-text.ts';

/** Path components (ECMA-167 4/14.16): type u8, name's length u8, version u16, name. 1 and 2 root, 3 `..`, 4 `.`, 5 name. */
export function symlinkTarget(bytes: Buffer): string {
  const parts: string[] = [];
  let start = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4 + bytes.readUInt8(at + 1)) {
    const type = bytes.readUInt8(at);
    const name = bytes.subarray(at + 4, at + 4 + bytes.readUInt8(at + 1));
    if (type === 1 || type === 2) {
      start = '/';
      parts.length = 0;
    } else if (type === 3) parts.push('..');
    else if (type === 4) parts.push('.');
    else if (type === 5) parts.push(ostaText(name) ?? '');
  }
  return start + parts.join('/');
}
