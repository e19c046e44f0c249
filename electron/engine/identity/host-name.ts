import { accepted, type Checked, rejected } from '#shared/contract/checked.ts';
import type { Brand } from '#shared/model/brand.ts';

/** A host name or fully qualified name by RFC 1123 §2.1, at most 64 characters. */
export type HostName = Brand<string, 'HostName'>;

/** Linux' HOST_NAME_MAX. RFC 1123 would allow 255, but some distributions set the full name as the host name. */
const lengthMax = 64;

export function parseHostName(text: string): Checked<HostName> {
  const name = text.trim();
  if (name === '') return rejected('host_name.empty', 'there is no host name');
  if (name.length > lengthMax)
    return rejected('host_name.too_long', `${name.length} characters; Linux holds ${lengthMax}`, {
      length: name.length,
      limit: lengthMax,
    });
  const bad = Array.from(name).find(character => !/[A-Za-z0-9.-]/.test(character));
  if (bad !== undefined)
    return rejected(
      'host_name.bad_character',
      `${JSON.stringify(bad)} is not allowed; letters, digits, hyphens and dots are`,
      { found: bad },
    );
  const labels = name.split('.');
  const labelMax = 63;
  if (labels.some(label => label === ''))
    return rejected('host_name.empty_label', 'a dot at the start or end, or two in a row');
  const long = labels.find(label => label.length > labelMax);
  if (long !== undefined)
    return rejected(
      'host_name.label_too_long',
      `${long.length} characters between dots; ${labelMax} are allowed`,
      { length: long.length, limit: labelMax },
    );
  const edge = labels.find(label => label.startsWith('-') || label.endsWith('-'));
  if (edge !== undefined)
    return rejected('host_name.hyphen_at_edge', `"${edge}" begins or ends with a hyphen`, {
      found: edge,
    });
  // RFC 1123 §2.1: what tells a name from an address is that its last label is not all digits.
  if (/^\d+$/.test(labels.at(-1) ?? ''))
    return rejected('host_name.looks_like_address', 'the last part must not be only digits');
  return accepted(name as HostName);
}
