/** What stands where a secret was. */
const taken = '[redacted]';

interface Redacted {
  readonly text: string;
  /** How many places. */
  readonly count: number;
}

type Redactor = (text: string) => Redacted;

/** Shorter ones are words of any text: taking them out would make the rest unreadable and tell where they were. */
const leastStoredLength = 4;

/**
 * A value to the end of its quotes, to the end of its line where they do not end, or to the end of its word. A quote has as
 * many backslashes as JSON strings lie inside each other there; one with more of them belongs to the value.
 */
const value = String.raw`(?:(?<quote>\\{0,31}["'])[^\n]{0,4000}?(?<!\\)\k<quote>|\\{0,31}["'][^\n]*|[^\s"'\\]+)`;
/** The end of names of fields that hold one: `bmcPassword`, `root_password_hash`. What stands before is not looked at. */
const secretName =
  '(?:password|passwd|passphrase|secret|token|credential|api_?key|private_?key|bmc_?key|kg_?key)s?(?:[_-]?(?:hash|crypted|again))?';
/** Says whether there is one, or how many. */
const harmless = String.raw`(?:\[redacted\]|(?:null|true|false|\d{1,3})(?![^\s"',;&<>\\)\]}]))`;

/**
 * What looks like a secret wherever it stands. Each has one group first, which is kept and says what was there. Order
 * matters: blocks before lines, lines before words. A log holds what strangers sent: each begins with a fixed word, and
 * what repeats has a bound, so that none takes longer than the text is long.
 */
const patterns: readonly RegExp[] = [
  // PEM and OpenSSH keys, also inside a JSON string, also cut off by the end of a log.
  /(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----)(?:[\s\S]*?-----END [A-Z ]{0,40}PRIVATE KEY-----|[\s\S]*$)/g,
  /(PuTTY-User-Key-File-\d+)[\s\S]*?(?:Private-MAC: [0-9a-f]+|$)/g,
  // crypt(5) hashes: $6$…, $y$…, $2b$….
  /()\$(?:[1-7]|2[abxy]|y|gy|sha1|md5)\$[./A-Za-z0-9$=,+-]{8,}/g,
  // Kickstart.
  /(\b(?:rootpw|grub-?pw)\b)[^\n\\"]*/gi,
  /(--(?:password|iscrypted|passphrase|plaintext)[= ])(?!-)\S+/gi,
  // preseed: `d-i passwd/root-password-crypted password $6$…`, `… string …`.
  /((?:password|passphrase|crypted)[\w/-]{0,60}[ \t]{1,20}(?:password|string)[ \t]{1,20})[^\s\\]+/gi,
  // AutoYaST and unattend: the element's text.
  /(<(?:\w{1,20}:)?\w{0,60}(?:password|passphrase|secret|ProductKey|Value)\b[^<>]{0,200}>)[^<]+/gi,
  // HTTP.
  new RegExp(
    String.raw`((?:authorization|cookie)\\{0,31}["']?\s{0,9}[:=]\s{0,9})(?:(?=\\{0,31}["'])${value}|[^\n\r"\\]+)`,
    'gi',
  ),
  /(\b(?:bearer|basic)\s{1,9})[A-Za-z0-9+/=._~-]{8,}/gi,
  /(:\/\/[^\s/:@"']{1,200}:)[^\s/@"']{1,200}(?=@)/g,
  /([?&#](?:token|key|secret|password|access_token)=)[^\s&"'\\]+/gi,
  // YAML, JSON, shell and arguments.
  new RegExp(String.raw`(${secretName}\\{0,31}["']?\s{0,9}(?:=>|[:=])\s{0,9})(?!${harmless})${value}`, 'gi'),
  new RegExp(String.raw`(${secretName}\s{1,9})(?<=\s--?[\w.-]{0,90}\s{1,9})(?!-|${harmless})${value}`, 'gi'),
];

/** Takes out what is stored as a secret, by its value, and what looks like one, by its form. */
export function redactor(stored: readonly string[]): Redactor {
  const withoutStored = storedRedactor(stored);
  return original => {
    let { text, count } = withoutStored(original);
    for (const pattern of patterns)
      text = text.replace(pattern, (found: string, kept: string) => {
        count += 1;
        // What was in quotes stays in quotes, so that JSON stays JSON.
        const quote = /^\\*["']/.exec(found.slice(kept.length))?.[0] ?? '';
        return kept + quote + taken + quote;
      });
    return { text, count };
  };
}

/** By their first letters, and not by one large pattern: of thousands of servers each may have a password of its own. */
function storedRedactor(stored: readonly string[]): Redactor {
  const values = [...new Set(stored.filter(secret => secret.length >= leastStoredLength))]
    .flatMap(formsOf)
    // The longest first: one may begin with another.
    .toSorted((one, other) => other.length - one.length);
  const byHead = Map.groupBy(values, secret => secret.slice(0, leastStoredLength));
  if (values.length === 0) return text => ({ text, count: 0 });
  return text => {
    const parts: string[] = [];
    let keptTo = 0;
    for (let at = 0; at + leastStoredLength <= text.length; at += 1) {
      const found = byHead
        .get(text.slice(at, at + leastStoredLength))
        ?.find(secret => text.startsWith(secret, at));
      if (found === undefined) continue;
      parts.push(text.slice(keptTo, at), taken);
      keptTo = at + found.length;
      at = keptTo - 1;
    }
    return { text: parts.join('') + text.slice(keptTo), count: parts.length / 2 };
  };
}

/** As it is, and as JSON, JSON inside JSON, XML, URLs and base64 write it. */
function formsOf(secret: string): string[] {
  const once = inJson(secret);
  return [
    ...new Set([
      secret,
      once,
      inJson(once),
      inJson(inJson(once)),
      secret.replaceAll(/[&<>"']/g, letter => entities[letter] ?? letter),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]),
  ];
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};
