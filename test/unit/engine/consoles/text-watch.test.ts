import { beforeEach, expect, it } from 'vitest';
import { consoleText } from '#engine/consoles/console-text.ts';
import { createTextWatch } from '#engine/consoles/text-watch.ts';

let seen: string[];
let wanted: string[];
beforeEach(() => {
  seen = [];
  wanted = [];
});

function say(...pieces: readonly string[]): string[] {
  const watch = createTextWatch({
    texts: () => wanted,
    onText: text => seen.push(text),
    onMeaning: meaning => seen.push(meaning),
  });
  const text = consoleText(line => watch.ended(line));
  for (const piece of pieces) {
    text.feed(Buffer.from(piece));
    watch.open(text.openLine());
  }
  return seen;
}

it.each([
  ['debian13 login: ', 'login_prompt'],
  ['[    2.41] Kernel panic - not syncing: VFS: Unable to mount root fs', 'kernel_panic'],
  ['No boot device available or Operating System detected.', 'no_boot_device'],
  ['Reboot and Select proper Boot device', 'no_boot_device'],
  ['BdsDxe: No bootable option or device was found.', 'no_boot_device'],
  ['No bootable device.', 'no_boot_device'],
  ['Non-System disk or disk error', 'no_boot_device'],
  ['Press any key to continue', 'waits_for_key'],
  ['Strike the F1 key to continue, F2 to run the system setup program', 'waits_for_key'],
  ['Press <F1> to resume', 'waits_for_key'],
  ['You are in emergency mode. After logging in, type "journalctl -xb"', 'emergency_mode'],
  ['dracut:/# ', 'emergency_mode'],
  ['(initramfs) ', 'emergency_mode'],
  ['Aptio Setup Utility - Copyright (C) 2023 American Megatrends', 'firmware_setup'],
  ['/dev/sda2: UNEXPECTED INCONSISTENCY; RUN fsck MANUALLY.', 'file_system_damaged'],
  ['mce: [Hardware Error]: Machine check events logged', 'machine_check'],
])('%s: %s', (line, meaning) => {
  expect(say(`${line}`)).toEqual([meaning]);
});

it('usual lines mean nothing', () => {
  const lines = [
    'Last login: Thu Nov 26 from 10.0.0.1',
    'sd 0:0:0:0: [sda] Attached SCSI disk',
    'Loading panic=10',
  ];
  expect(say(`${lines.join('\r\n')}\r\n`)).toEqual([]);
});

it('a text is found whatever its case and however it was cut, once a line', () => {
  wanted = ['Reached Target'];
  expect(say('[ OK ] rea', 'ched tar', 'get', ' Multi-User', '\r\n')).toEqual(['Reached Target']);
  expect(say('reached target\r\nreached target\r\n').length).toBe(3);
});
