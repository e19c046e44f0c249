/**
 * Whether a value would take more than `maxBytes` as JSON, counted roughly and no further than needed: a cycle or a
 * giant, both of which a MessagePort can carry, ends the count early.
 */
export function exceedsBytes(value: unknown, maxBytes: number): boolean {
  let bytes = 0;
  const todo: unknown[] = [value];
  while (todo.length > 0 && bytes <= maxBytes) {
    const next = todo.pop();
    bytes += 2 + ownBytes(next);
    if (ArrayBuffer.isView(next) || next instanceof ArrayBuffer) continue;
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, item] of Object.entries(next)) {
      bytes += key.length + 3;
      todo.push(item);
      if (bytes > maxBytes) break;
    }
  }
  return bytes > maxBytes;
}

function ownBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  return 8;
}
