/**
 * What a key is to the program behind a serial line. Firmware names the choice *Terminal Type*; its sequences are those of EDK II
 * (MdeModulePkg/Universal/Console/TerminalDxe, the table in TerminalConIn.c), a Linux console's those of terminfo `linux`.
 */
export const keyMapNames = ['xterm', 'vt100+', 'vt100', 'pc-ansi', 'linux'] as const;
export type KeyMapName = (typeof keyMapNames)[number];

export const functionKeys = [
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
  'F11',
  'F12',
] as const;
/** The names that a browser gives them (`KeyboardEvent.key`). */
export const namedKeys = [
  ...functionKeys,
  'Escape',
  'Insert',
  'Delete',
  'Home',
  'End',
  'PageUp',
  'PageDown',
  'Backspace',
] as const;
export type NamedKey = (typeof namedKeys)[number];

type KeyMap = Readonly<Record<NamedKey, string>>;

const esc = '\x1b';

/** F11 and F12 have none in the maps of old terminals: they send what xterm does. */
const xterm: KeyMap = {
  ...functionRow(['OP', 'OQ', 'OR', 'OS', '[15~', '[17~', '[18~', '[19~', '[20~', '[21~', '[23~', '[24~']),
  Escape: esc,
  Insert: `${esc}[2~`,
  Delete: `${esc}[3~`,
  Home: `${esc}[H`,
  End: `${esc}[F`,
  PageUp: `${esc}[5~`,
  PageDown: `${esc}[6~`,
  Backspace: '\x7f',
};

const maps: Readonly<Record<KeyMapName, KeyMap>> = {
  xterm,
  // VT-UTF8 has the same keys.
  'vt100+': {
    ...functionRow(Array.from('1234567890!@')),
    Escape: esc,
    Insert: `${esc}+`,
    Delete: `${esc}-`,
    Home: `${esc}h`,
    End: `${esc}k`,
    PageUp: `${esc}?`,
    PageDown: `${esc}/`,
    Backspace: '\b',
  },
  vt100: {
    ...functionRow(['OP', 'OQ', 'Ow', 'Ox', 'Ot', 'Ou', 'Oq', 'Or', 'Op', 'OM', '[23~', '[24~']),
    Escape: esc,
    Insert: `${esc}[L`,
    Delete: `${esc}[P`,
    Home: `${esc}[H`,
    End: `${esc}[K`,
    PageUp: `${esc}[V`,
    PageDown: `${esc}[U`,
    Backspace: '\b',
  },
  'pc-ansi': {
    ...functionRow([...Array.from('MNOPQRSTUV', letter => `[${letter}`), '[23~', '[24~']),
    Escape: esc,
    Insert: `${esc}[L`,
    Delete: `${esc}[X`,
    Home: `${esc}[H`,
    End: `${esc}[F`,
    PageUp: `${esc}[I`,
    PageDown: `${esc}[G`,
    Backspace: '\b',
  },
  linux: {
    ...xterm,
    ...functionRow([
      '[[A',
      '[[B',
      '[[C',
      '[[D',
      '[[E',
      '[17~',
      '[18~',
      '[19~',
      '[20~',
      '[21~',
      '[23~',
      '[24~',
    ]),
    Home: `${esc}[1~`,
    End: `${esc}[4~`,
  },
};

function functionRow(tails: readonly string[]): Readonly<Record<(typeof functionKeys)[number], string>> {
  const at = (index: number) => `${esc}${tails[index] ?? ''}`;
  return {
    F1: at(0),
    F2: at(1),
    F3: at(2),
    F4: at(3),
    F5: at(4),
    F6: at(5),
    F7: at(6),
    F8: at(7),
    F9: at(8),
    F10: at(9),
    F11: at(10),
    F12: at(11),
  };
}

export function sequenceOf(map: KeyMapName, key: NamedKey): string {
  return maps[map][key];
}

/** The keys of an event that have a sequence of their own here; held together with another they are the terminal's. */
export function mappedKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey' | 'shiftKey'>,
): NamedKey | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return undefined;
  return namedKeys.find(name => name === event.key);
}
