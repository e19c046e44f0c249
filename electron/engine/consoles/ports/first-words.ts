/** What a client says first, before it is let in. */
export type FirstWords =
  /** Nobody can tell yet. */
  | { readonly is: 'incomplete' }
  /** A browser or a script: RFC 9112, and RFC 6455 from there. */
  | { readonly is: 'http' }
  /** `proxy`: the console proxy of a cloud platform, which waits for an answer. `terminal`: a person, or socat for one. */
  | { readonly is: 'proxy' | 'terminal'; readonly token: string; readonly rest: Buffer }
  | { readonly is: 'nonsense' };

const mostHeadBytes = 4096;
const mostLineBytes = 256;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Tells clients apart by their first bytes; never throws. `CONNECT <token> HTTP/1.1` is what OpenStack's nova-serialproxy
 * says where a console has an `internal_access_path` (nova/console/websocketproxy.py); whoever speaks no HTTP sends its
 * token as a line. `rest` is for the console already.
 */
export function readFirstWords(bytes: Buffer): FirstWords {
  if (isBeginningOf('GET ', bytes) || isBeginningOf('CONNECT ', bytes)) return { is: 'incomplete' };
  if (bytes.subarray(0, 4).toString('latin1') === 'GET ') return { is: 'http' };
  if (bytes.subarray(0, 8).toString('latin1') === 'CONNECT ') return readConnect(bytes);
  const end = bytes.findIndex(byte => byte === lineFeed || byte === carriageReturn);
  if (end < 0) return { is: bytes.length > mostLineBytes ? 'nonsense' : 'incomplete' };
  if (end > mostLineBytes) return { is: 'nonsense' };
  // A carriage return may have its line feed or, of a Telnet client, its NUL (RFC 854) behind it.
  const isPair = bytes[end] === carriageReturn && (bytes[end + 1] === lineFeed || bytes[end + 1] === 0);
  const token = bytes.subarray(0, end).toString('latin1').trim();
  return { is: 'terminal', token, rest: bytes.subarray(end + (isPair ? 2 : 1)) };
}

function isBeginningOf(word: string, bytes: Buffer): boolean {
  return bytes.length < word.length && word.startsWith(bytes.toString('latin1'));
}

function readConnect(bytes: Buffer): FirstWords {
  const end = bytes.indexOf('\r\n\r\n');
  if (end > mostHeadBytes || (end < 0 && bytes.length > mostHeadBytes)) return { is: 'nonsense' };
  if (end < 0) return { is: 'incomplete' };
  const [, token] =
    /^CONNECT \/?(\S{1,256}) HTTP\/1\.[01]\r\n/.exec(bytes.toString('latin1', 0, end + 2)) ?? [];
  return token === undefined ? { is: 'nonsense' } : { is: 'proxy', token, rest: bytes.subarray(end + 4) };
}
