/** Deeper than anything that we write; a file of a stranger may be as deep as it is long. */
const deepest = 64;

/**
 * The one way to write a value as JSON (RFC 8785): no white space, members by the UTF-16 units of their names, numbers as
 * ECMAScript writes them. Members that are undefined are left out, as everywhere in JSON.
 */
export function canonicalJson(value: unknown, depth = 0): string {
  if (depth > deepest) throw new RangeError('nested too deeply');
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError('a number that JSON has not');
  if (Array.isArray(value)) return `[${value.map(item => canonicalJson(item ?? null, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  const texts = members.map(
    ([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member, depth + 1)}`,
  );
  return `{${texts.join(',')}}`;
}
