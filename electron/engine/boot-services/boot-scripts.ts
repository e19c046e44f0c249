/** What a machine is told to start, in the language of whatever boot program asks. Pure text. */
export type BootPlan = KernelPlan | { readonly kind: 'next-device' };

/** A kernel, its initial file system and its command line: our ramdisk, or an installer from its own ISO. */
export interface KernelPlan {
  readonly kind: 'kernel';
  /** For people: `the deploy ramdisk`. */
  readonly what: string;
  readonly nodeName: string;
  readonly kernelUrl: string;
  readonly initrdUrl: string;
  /** As the kernel shall have it; printable ASCII, no `$`. */
  readonly commandLine: string;
}

export const kernelPath = '/ramdisk/vmlinuz';
export const ramdiskPath = '/ramdisk/ramdisk.img';

/**
 * iPXE. `initrd=` on the kernel's line is needed by the EFI build. A failed download is tried again for as long as the
 * machine has power: the laptop may have been asleep.
 *
 * `exit 1`: a UEFI boot option that ends with success ends the boot order too, and the firmware shows its boot manager
 * (UEFI 2.10 §3.1.1; EDK2, Dell and Lenovo do); one that fails hands over to the next option. A BIOS ignores the status.
 */
export function ipxeScript(plan: BootPlan): string {
  if (plan.kind === 'next-device') {
    return '#!ipxe\necho Rackside: this machine boots from its own disk\nexit 1\n';
  }
  const { what, kernelUrl, initrdUrl, commandLine } = plan;
  return [
    '#!ipxe',
    `echo Rackside: starting ${what} for ${printable(plan.nodeName)}`,
    ':retry',
    `kernel ${kernelUrl} initrd=initrd.img ${commandLine} || goto failed`,
    `initrd --name initrd.img ${initrdUrl} || goto failed`,
    'boot',
    ':failed',
    'echo Rackside: download failed, again in 10 seconds',
    'imgfree',
    'sleep 10',
    'goto retry',
    '',
  ].join('\n');
}

/** PXELinux. `LOCALBOOT -1` gives control back to the firmware, which goes on with its boot order. */
export function pxelinuxConfig(plan: BootPlan): string {
  if (plan.kind === 'next-device') return 'DEFAULT disk\nPROMPT 0\nLABEL disk\n  LOCALBOOT -1\n';
  return [
    'DEFAULT rackside',
    'PROMPT 0',
    'LABEL rackside',
    `  KERNEL ${plan.kernelUrl}`,
    `  INITRD ${plan.initrdUrl}`,
    `  APPEND ${plan.commandLine}`,
    '',
  ].join('\n');
}

/** GRUB. Its network file names are `(http,host:port)/path`. Ends with a failure for the reason that iPXE does. */
export function grubConfig(plan: BootPlan): string {
  if (plan.kind === 'next-device') return 'exit 1\n';
  return [
    'set timeout=0',
    `menuentry "Rackside: ${plan.what}" {`,
    `  linux ${grubFile(plan.kernelUrl)} ${plan.commandLine.split(' ').map(grubWord).join(' ')}`,
    `  initrd ${grubFile(plan.initrdUrl)}`,
    '}',
    '',
  ].join('\n');
}

function grubFile(url: string): string {
  const { host, pathname } = new URL(url);
  return `(http,${host})${pathname}`;
}

/** `;`, `&`, `|`, `<`, `>` and braces are GRUB's own outside quotes (GRUB manual, "Quoting"). */
function grubWord(word: string): string {
  return /^[A-Za-z0-9_=.,:/@%+-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Names are people's: what iPXE would read as a variable or a command stays out of its `echo`. */
function printable(name: string): string {
  return name.replace(/[^A-Za-z0-9._ -]/g, '?');
}
