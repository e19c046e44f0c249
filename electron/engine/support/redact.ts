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

/** A text in quotes: of a JSON string inside a JSON string, of JSON, of a shell. */
const quoted = String.raw`\\"(?:(?!\\").)*\\"|"(?:[^"\\]|\\.)*"|'[^'\n]*'`;
/** A value up to the end of its quotes, or of its word. */
const value = String.raw`(?:${quoted}|[^\s"',;&<>\\]+)`;
/** Names of fields that hold one, alone or at the end of a longer name: `bmcPassword`, `root_password_hash`. */
const secretName = String.raw`[\w.-]{0,60}(?:password|passwd|passphrase|secret|token|credential|api_?key|private_?key|bmc_?key|kg_?key)s?(?:[_-]?(?:hash|crypted|again))?`;

/**
 * What looks like a secret wherever it stands. Each has one group, which is kept and says what was there. Order matters:
 * blocks before lines, lines before words. What repeats has a bound, because a log holds what strangers sent.
 */
const patterns: readonly RegExp[] = [
  // PEM and OpenSSH keys, also inside a JSON string, also cut off by the end of a log.
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*$)/g,
  /(PuTTY-User-Key-File-\d+)[\s\S]*?(?:Private-MAC: [0-9a-f]+|$)/g,
  // crypt(5) hashes: $6$…, $y$…, $2b$….
  /()\$(?:[1-7]|2[abxy]|y|gy|sha1|md5)\$[./A-Za-z0-9$=,+-]{8,}/g,
  // Kickstart.
  /(\b(?:rootpw|grub-?pw)\b)[^\n\\"]*/gi,
  /(--(?:password|iscrypted|passphrase|plaintext)[= ])(?!-)\S+/gi,
  // preseed: `d-i passwd/root-password-crypted password $6$…`, `… string …`.
  /(\b[\w.-]{1,60}\/[\w/-]{0,60}(?:password|passphrase|crypted)[\w/-]{0,60}[ \t]{1,20}(?:password|string)[ \t]{1,20})[^\s\\]+/gi,
  // AutoYaST and unattend: the element's text.
  /(<(?:\w{1,20}:)?\w{0,60}(?:password|passphrase|secret|ProductKey|Value)\b[^<>]{0,200}>)[^<]+/gi,
  // HTTP.
  new RegExp(
    String.raw`(\b(?:authorization|proxy-authorization|cookie|set-cookie)\\?["']?\s*[:=]\s*)(?:${quoted}|[^\n\r"\\]+)`,
    'gi',
  ),
  /(\b(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}/gi,
  /(:\/\/[^\s/:@"']+:)[^\s/@"']+(?=@)/g,
  /([?&#](?:token|key|secret|password|access_token)=)[^\s&"'\\]+/gi,
  // YAML, JSON, shell and arguments.
  new RegExp(
    String.raw`(\\?["']?\b${secretName}\\?["']?\s*(?:=>|[:=])\s*)(?!\[redacted\])(?!(?:null|true|false|\d{1,3})\b)${value}`,
    'gi',
  ),
  new RegExp(String.raw`(--?${secretName}\s+)(?!-)${value}`, 'gi'),
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
        const quote = /^\\?["']/.exec(found.slice(kept.length))?.[0] ?? '';
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

/** As it is, and as JSON, URLs and base64 write it. */
function formsOf(secret: string): string[] {
  return [
    ...new Set([
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]),
  ];
}
