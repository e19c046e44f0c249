import type { SyslogContent } from './message.ts';
import { printable } from './printable.ts';

/** `Nov  5 21:31:17`; with one space and one digit, a year (Cisco) or a fraction as senders write it too. */
const bsdTime = /^[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?= |:|$)/;
/** What rsyslog forwards by default has RFC 3339's time in RFC 3164's frame. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?= |$)/;
const hostField = /^([A-Za-z0-9](?:[A-Za-z0-9._-]|:(?! )){0,254}) +/;
/** More than the 32 characters of §4.1.3: systemd's unit names are longer. */
const tagField = /^([^\s:[\]<>]{1,64})(?:\[([^\]\s]{1,128})\])?:(?: |$)/;

/** Always finds something: what is neither time, host nor tag is text (RFC 3164 §4.3.3). */
export function decodeRfc3164(content: string): SyslogContent {
  const time = bsdTime.exec(content) ?? isoTime.exec(content);
  const afterTime = time === null ? content : content.slice(time[0].length).replace(/^:? +/, '');
  const { host, tag, text } = hostAndTag(afterTime, time !== null);
  return {
    form: time === null ? 'bare' : 'rfc3164',
    timestamp: time?.[0],
    hostName: host,
    appName: tag?.[1] === undefined ? undefined : printable(tag[1]),
    processId: tag?.[2] === undefined ? undefined : printable(tag[2]),
    messageId: undefined,
    structuredData: [],
    text: printable(text.trimStart()),
  };
}

/** A host stands between a time and a tag only: busybox leaves it out, and the next word may be the text's first. */
function hostAndTag(
  line: string,
  mayHaveHost: boolean,
): {
  readonly host?: string | undefined;
  readonly tag?: RegExpExecArray | undefined;
  readonly text: string;
} {
  const first = tagField.exec(line);
  if (first !== null) return { tag: first, text: line.slice(first[0].length) };
  const host = mayHaveHost ? hostField.exec(line) : null;
  if (host === null) return { text: line };
  const afterHost = line.slice(host[0].length);
  const second = tagField.exec(afterHost);
  if (second === null) return { text: line };
  return { host: host[1], tag: second, text: afterHost.slice(second[0].length) };
}
