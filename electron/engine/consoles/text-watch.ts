import type { ConsoleMeaning } from '#shared/contract/event-messages.ts';

/**
 * Words of firmwares and kernels that mean the same whoever says them. Each is looked for in a line of at most a kilobyte, and
 * none repeats anything without a bound.
 */
const meanings: readonly (readonly [ConsoleMeaning, RegExp])[] = [
  // getty; "Last login: …" goes on.
  ['login_prompt', /\blogin: ?$/i],
  // Linux, the BSDs, Windows' serial console.
  ['kernel_panic', /\bkernel panic\b|^panic: |\*\*\* STOP: 0x/i],
  // Dell; AMI; Phoenix; HP; TianoCore; SeaBIOS.
  [
    'no_boot_device',
    /no boot(?:able)? (?:device|disk|media|option)|reboot and select proper boot device|operating system not found|missing operating system|non-system disk|insert boot (?:media|disk)/i,
  ],
  // Dell says "Strike"; others name F1 or Enter.
  ['waits_for_key', /(?:press|strike|hit) (?:any key|(?:the )?[<[]?(?:F\d{1,2}|enter)[>\]]?(?: key)? to )/i],
  // systemd; dracut; Debian's initramfs; sulogin.
  [
    'emergency_mode',
    /you are in (?:emergency|rescue) mode|entering emergency mode|^dracut:\/#|^\(initramfs\)|password for maintenance/i,
  ],
  // AMI; Dell; HPE; Phoenix; TianoCore.
  [
    'firmware_setup',
    /aptio setup utility|system setup main menu|rom-based setup utility|bios\/platform configuration \(rbsu\)|phoenix.{0,40}setup utility|boot manager menu/i,
  ],
  // e2fsck.
  ['file_system_damaged', /unexpected inconsistency; run fsck manually/i],
  // Linux: EDAC and mce.
  ['machine_check', /\[hardware error\]|machine check exception|uncorrected (?:ecc|memory) error/i],
];

export interface TextWatchParts {
  /** What persons wait for. */
  readonly texts: () => readonly string[];
  readonly onText: (text: string, line: string) => void;
  readonly onMeaning: (meaning: ConsoleMeaning, line: string) => void;
}

export interface TextWatch {
  /** The line that has not ended, after each piece of output: a prompt never ends. */
  open(line: string): void;
  ended(line: string): void;
}

/** Looks for texts in lines; each is told once a line. */
export function createTextWatch({ texts, onText, onMeaning }: TextWatchParts): TextWatch {
  const told = new Set<string>();
  const once = (what: string, tell: () => void) => {
    if (told.has(what)) return;
    told.add(what);
    tell();
  };
  const look = (line: string) => {
    if (line === '') return;
    for (const [meaning, pattern] of meanings)
      if (pattern.test(line)) once(`meaning ${meaning}`, () => onMeaning(meaning, line));
    const wanted = texts();
    if (wanted.length === 0) return;
    const lowered = line.toLowerCase();
    for (const text of wanted)
      if (lowered.includes(text.toLowerCase())) once(`text ${text}`, () => onText(text, line));
  };
  return {
    open: look,
    ended(line) {
      look(line);
      told.clear();
    },
  };
}
