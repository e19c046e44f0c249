/** What the set-up menu of a simulated server's firmware shows. */
export interface SetupScreen {
  readonly serial: string;
  readonly firmware: 'bios' | 'uefi';
  /** Line of the menu. */
  readonly selected: number;
}

const columns = 80;
const innerColumns = columns - 2;

/** Box drawing in CP437, one byte each, as firmware sends it to a serial line. */
const box = {
  topLeft: '\xc9',
  topRight: '\xbb',
  left: '\xcc',
  right: '\xb9',
  bottomLeft: '\xc8',
  bottomRight: '\xbc',
  horizontal: '\xcd',
  vertical: '\xba',
} as const;

const clear = '\x1b[0m\x1b[2J\x1b[H';
const reverse = '\x1b[7m';
const normal = '\x1b[0m';
const up = '\x1b[A';
const down = '\x1b[B';

function itemsOf({ firmware, serial }: Omit<SetupScreen, 'selected'>): readonly string[] {
  return [
    `Boot mode              [${firmware === 'uefi' ? 'UEFI' : 'Legacy BIOS'}]`,
    'Boot option 1          [Network]',
    'Boot option 2          [Disk]',
    'Console redirection    [COM1, 115200 8n1]',
    `Serial number          ${serial}`,
  ];
}

/** The whole screen in characters of one byte each, to be sent as Latin-1. */
export function drawSetup(screen: SetupScreen): string {
  const line = (text: string, style = '') =>
    `${box.vertical}${style}${` ${text}`.padEnd(innerColumns)}${style === '' ? '' : normal}${box.vertical}\r\n`;
  const rule = (left: string, right: string) => `${left}${box.horizontal.repeat(innerColumns)}${right}\r\n`;
  return [
    clear,
    rule(box.topLeft, box.topRight),
    line('Virtual server: set-up'),
    rule(box.left, box.right),
    ...itemsOf(screen).map((item, index) => line(item, index === screen.selected ? reverse : '')),
    rule(box.left, box.right),
    line('Up, Down: select       Reset the server to leave'),
    rule(box.bottomLeft, box.bottomRight),
  ].join('');
}

/** Where the bar is after these keys. */
export function selectedAfter(screen: SetupScreen, keys: string): number {
  const moved = screen.selected + (keys.split(down).length - 1) - (keys.split(up).length - 1);
  return Math.min(itemsOf(screen).length - 1, Math.max(0, moved));
}
