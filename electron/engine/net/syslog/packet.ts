/**
 * Syslog on the wire: RFC 5424 §6, and RFC 3164 §4 as it is really spoken.
 *
 *   RFC 5424  <PRI>1 TIME HOST APP PROCID MSGID [ID name="value" …][ID …] text
 *   RFC 3164  <PRI>Mmm dd hh:mm:ss HOST TAG[pid]: text
 *
 * PRI is facility × 8 + severity. What fits neither form is text as it stands, from user.notice when it has no PRI (RFC
 * 3164 §4.3.3). Only a message without any text is malformed.
 */
import { type Decoded, decoded, malformed } from '#shared/model/decoded.ts';
import type { SyslogMessage } from './message.ts';
import { decodeRfc3164 } from './rfc-3164.ts';
import { decodeRfc5424 } from './rfc-5424.ts';

/** RFC 5424 §6.1 wants 2048 bytes taken; rsyslog sends up to 8 KiB unless it is told otherwise. */
export const maxMessageBytes = 8192;

const defaultPriority = 13;
/** local7.debug. */
const highestPriority = 23 * 8 + 7;

/** Reads at most `maxMessageBytes`. `isCut`: whoever framed the message has left some away already. */
export function decodeSyslog(bytes: Uint8Array, isCut = false): Decoded<SyslogMessage> {
  const read = bytes.subarray(0, maxMessageBytes);
  const raw = withoutTail(Buffer.from(read.buffer, read.byteOffset, read.length).toString('utf8'));
  const found = /^<(\d{1,3})>/.exec(raw);
  // A number that no facility has is no PRI: it stays in the text, where a person can see it.
  const priority = found !== null && Number(found[1]) <= highestPriority ? Number(found[1]) : undefined;
  const afterPriority = priority === undefined ? raw : raw.slice(found?.[0].length);
  const content = decodeRfc5424(afterPriority) ?? decodeRfc3164(afterPriority);
  if (content.text === '' && content.form === 'bare') return malformed(read.length, 'no text');
  const code = priority ?? defaultPriority;
  return decoded({
    ...content,
    facility: code >> 3,
    severity: code & 7,
    isCut: isCut || bytes.length > maxMessageBytes,
  });
}

/** Senders end a datagram with a line feed, a zero (Python's SysLogHandler) or nothing. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && '\0\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
