import { accepted, type Checked, rejected } from '#shared/contract/checked.ts';

/** What cloud-init (or Ignition) will take it for. */
type UserDataKind =
  | 'cloud-config'
  | 'cloud-config-archive'
  | 'cloud-config-jsonp'
  | 'cloud-boothook'
  | 'include'
  | 'jinja'
  | 'multipart'
  | 'part-handler'
  | 'script'
  | 'ignition';

/** The technician's own user data. It reaches the machine as it is, except for line ends and a byte order mark. */
export interface UserData {
  readonly kind: UserDataKind;
  readonly text: string;
}

/** OpenStack's limit; a config drive could hold more, but nothing that belongs here is larger. */
export const userDataMaxBytes = 64 * 1024;

/**
 * cloud-init `type_from_starts_with`: the text in lower case without leading blanks begins with one of these, the
 * longest first; what follows on that line does not matter.
 */
const prefixes: readonly (readonly [string, UserDataKind])[] = [
  ['#cloud-config-archive', 'cloud-config-archive'],
  ['#cloud-config-jsonp', 'cloud-config-jsonp'],
  ['## template: jinja', 'jinja'],
  ['#cloud-boothook', 'cloud-boothook'],
  ['#part-handler', 'part-handler'],
  ['#cloud-config', 'cloud-config'],
  ['#include', 'include'],
  ['#!', 'script'],
];

/** Light checks only: the kind, the size, and the two mistakes that make cloud-init ignore everything silently. */
export function parseUserData(text: string): Checked<UserData> {
  const sizeBytes = Buffer.byteLength(text);
  if (sizeBytes > userDataMaxBytes)
    return rejected('user_data.too_large', `${sizeBytes} bytes; ${userDataMaxBytes} are allowed`, {
      sizeBytes,
      limitBytes: userDataMaxBytes,
    });
  // Half a surrogate pair would arrive as another character.
  if (text.includes('\0') || !text.isWellFormed()) return rejected('user_data.binary', 'this is not text');
  // Windows editors add both; with either one a shell script or a cloud-config is not recognised.
  const clean = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const kind = kindOf(clean);
  if (kind === undefined)
    return rejected(
      'user_data.unknown_kind',
      'the first line must be #cloud-config, #! (a script) or another form that cloud-init knows',
    );
  const tabLine = kind === 'cloud-config' ? tabIndentedLine(clean) : undefined;
  if (tabLine !== undefined)
    return rejected(
      'user_data.tab_indentation',
      `line ${tabLine} is indented with a tab; YAML wants spaces`,
      { line: tabLine },
    );
  if (kind === 'multipart' && !/^content-type:[^\n]*(\n[ \t][^\n]*)*boundary=/im.test(clean))
    return rejected('user_data.no_boundary', 'the multipart header names no boundary');
  return accepted({ kind, text: clean });
}

function kindOf(text: string): UserDataKind | undefined {
  const start = text.trimStart().toLowerCase();
  const known = prefixes.find(([prefix]) => start.startsWith(prefix))?.[1];
  if (known !== undefined) return known;
  // cloud-init `convert_string`: a MIME message is what has this header in its first 4 KiB.
  if (text.slice(0, 4096).toLowerCase().includes('mime-version:')) return 'multipart';
  return isIgnition(text) ? 'ignition' : undefined;
}

/** Ignition takes one JSON object; its keys stand in any order. */
function isIgnition(text: string): boolean {
  try {
    const config = JSON.parse(text) as unknown;
    return typeof config === 'object' && config !== null && Object.hasOwn(config, 'ignition');
  } catch {
    return false; // not JSON
  }
}

/**
 * The first line whose key or list item is indented with a tab, which YAML (§6.1) forbids; 1-based. Inside a block
 * scalar a tab behind the scalar's own indentation is content.
 */
function tabIndentedLine(yaml: string): number | undefined {
  let scalarIndent: number | undefined;
  for (const [index, line] of yaml.split('\n').entries()) {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (scalarIndent !== undefined && (line.trim() === '' || indent > scalarIndent)) continue;
    if (/^ *\t\s*(- |[\w.-]+:( |$))/.test(line)) return index + 1;
    scalarIndent = /(^|[\s:-])[|>][-+0-9]*\s*(#.*)?$/.test(line) ? indent : undefined;
  }
  return undefined;
}
