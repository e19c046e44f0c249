import type { Brand } from './brand.ts';

/** An Ethernet address, always `aa:bb:cc:dd:ee:ff` in lower case. */
export type Mac = Brand<string, 'Mac'>;

/** Accepts the colon, dash, Cisco-dot and bare forms that technicians paste; anything else is undefined. */
export function parseMac(text: string): Mac | undefined {
  const trimmed = text.trim().toLowerCase();
  const known =
    /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/.test(trimmed) ||
    /^([0-9a-f]{4}\.){2}[0-9a-f]{4}$/.test(trimmed) ||
    /^[0-9a-f]{12}$/.test(trimmed);
  if (!known) return undefined;
  const digits = trimmed.replace(/[:.-]/g, '');
  return (digits.match(/../g) ?? []).join(':') as Mac;
}

/** The first six bytes as a Mac. The caller has checked that there are six. */
export function macFromBytes(bytes: Uint8Array): Mac {
  return Array.from(bytes.subarray(0, 6), byte => byte.toString(16).padStart(2, '0')).join(':') as Mac;
}

export function macToBytes(mac: Mac): Uint8Array {
  return Uint8Array.from(mac.split(':'), pair => Number.parseInt(pair, 16));
}

/** `52-54-00-aa-00-01`: the form that iPXE's `${mac:hexhyp}`, pxelinux and `BOOTIF=01-…` use. */
export function macHyphenated(mac: Mac): string {
  return mac.replaceAll(':', '-');
}
