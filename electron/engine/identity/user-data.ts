import { accepted, type Checked, rejected } from './problem.ts';

/** What cloud-init (or Ignition) will take it for, by its first line. */
type UserDataKind =
  | 'cloud-config'
  | 'cloud-config-archive'
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

/** cloud-init "User-Data Formats", in the order in which it looks. */
const kinds: readonly (readonly [UserDataKind, RegExp])[] = [
  ['jinja', /^## template: *jinja\b/i],
  ['cloud-config-archive', /^#cloud-config-archive\b/],
  ['cloud-config', /^#cloud-config\s*(\n|$)/],
  ['cloud-boothook', /^#cloud-boothook\b/],
  ['include', /^#include(-once)?\b/],
  ['part-handler', /^#part-handler\b/],
  ['script', /^#!/],
  ['multipart', /^(content-type: *multipart|mime-version:)/i],
  ['ignition', /^\s*\{\s*"ignition"\s*:/],
];

/** Light checks only: the kind, the size, and the two mistakes that make cloud-init ignore everything silently. */
export function parseUserData(text: string): Checked<UserData> {
  const size = Buffer.byteLength(text);
  if (size > userDataMaxBytes)
    return rejected('user_data.too_large', `${size} bytes; ${userDataMaxBytes} are allowed`);
  if (text.includes('\0')) return rejected('user_data.binary', 'this is not text');
  // Windows editors add both; with either one a shell script or a cloud-config is not recognised.
  const clean = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const kind = kinds.find(([, pattern]) => pattern.test(clean))?.[0];
  if (kind === undefined)
    return rejected(
      'user_data.unknown_kind',
      'the first line must be #cloud-config, #! (a script) or another form that cloud-init knows',
    );
  if (kind === 'cloud-config' && /^ *\t/m.test(clean))
    return rejected('user_data.tab_indentation', 'a line is indented with a tab; YAML wants spaces');
  if (kind === 'multipart' && !/^content-type:[^\n]*(\n[ \t][^\n]*)*boundary=/im.test(clean))
    return rejected('user_data.no_boundary', 'the multipart header names no boundary');
  return accepted({ kind, text: clean });
}
