import type { StructuredElement, SyslogContent } from './message.ts';
import { printable } from './printable.ts';

/**
 * RFC 5424 §6. `-` is "none". SD-IDs and names are printable ASCII without `=`, `]`, `"` and space (§6.3.2); in a value
 * `"`, `\` and `]` carry a `\` before them (§6.3.3).
 *
 *   1 SP TIME SP HOST SP APP SP PROCID SP MSGID SP ("-" | "[" ID *(SP name="value") "]" …) [SP [BOM] text]
 */
const header =
  /^1 (-|\d{4}-\d{2}-\d{2}T[0-9:.]{8,15}(?:Z|[+-]\d{2}:\d{2})) ([!-~]{1,255}) ([!-~]{1,48}) ([!-~]{1,128}) ([!-~]{1,32}) /;
const elementStart = /\[([!#-<>-\\^-~]{1,32})/y;
const parameter = / ([!#-<>-\\^-~]{1,32})="((?:[^"\\\]]|\\.)*)"/sy;

/** Undefined: not RFC 5424, or not to its rules. */
export function decodeRfc5424(content: string): SyslogContent | undefined {
  const fields = header.exec(content);
  if (fields === null) return undefined;
  const data = structuredData(content, fields[0].length);
  if (data === undefined) return undefined;
  const [, timestamp, hostName, appName, processId, messageId] = fields.map(field =>
    field === '-' ? undefined : field,
  );
  // Space to `trimStart` is also the byte order mark, which says that the text is UTF-8 (§6.4): so is text without it to
  // us. rsyslog's own template sends a second space.
  const text = content.slice(data.end).trimStart();
  return {
    form: 'rfc5424',
    timestamp,
    hostName,
    appName,
    processId,
    messageId,
    structuredData: data.elements,
    text: printable(text),
  };
}

interface StructuredData {
  readonly elements: readonly StructuredElement[];
  /** Offset of the space after it, or of the message's end. */
  readonly end: number;
}

function structuredData(content: string, start: number): StructuredData | undefined {
  const elements: StructuredElement[] = [];
  let end = start;
  if (content[start] === '-') end += 1;
  else
    while (content[end] === '[') {
      const element = elementAt(content, end);
      if (element === undefined) return undefined;
      elements.push(element.value);
      end = element.end;
    }
  const isWhole = end > start && (end === content.length || content[end] === ' ');
  return isWhole ? { elements, end } : undefined;
}

function elementAt(content: string, start: number): { value: StructuredElement; end: number } | undefined {
  const id = matchAt(elementStart, content, start);
  if (id === null) return undefined;
  let end = start + id[0].length;
  const parameters: (readonly [string, string])[] = [];
  for (;;) {
    const found = matchAt(parameter, content, end);
    if (found === null) break;
    parameters.push([found[1] ?? '', unescaped(found[2] ?? '')]);
    end += found[0].length;
  }
  return content[end] === ']' ? { value: { id: id[1] ?? '', parameters }, end: end + 1 } : undefined;
}

function matchAt(sticky: RegExp, content: string, offset: number): RegExpExecArray | null {
  sticky.lastIndex = offset;
  return sticky.exec(content);
}

/** Before any other character a `\` is a plain one. */
function unescaped(value: string): string {
  return printable(value.replace(/\\(["\\\]])/g, '$1'));
}
