/** What stands where a secret was. */
const taken = '[redacted]';

export interface Redacted {
  readonly text: string;
  /** How many places. */
  readonly count: number;
}

export type Redactor = (text: string) => Redacted;

/** Shorter ones are words of any text: taking them out would make the rest unreadable and tell where they were. */
const leastStoredLength = 4;

/** A value up to the end of its quotes, or of its word. */
const value = String.raw`(?:\\"(?:(?!\\").)*\\"|"(?:[^"\\]|\\.)*"|'[^'\n]*'|[^\s"',;&<>\\]+)`;
/** Names of fields that hold one, alone or at the end of a longer name: `bmcPassword`, `root_password_hash`. */
const secretName = String.raw`[\w.-]*(?:password|passwd|passphrase|secret|token|credential|api_?key|private_?key|bmc_?key|kg_?key)s?(?:[_-]?(?:hash|crypted|again))?`;

/**
 * What looks like a secret wherever it stands. Each keeps its first group, which says what was there. Order matters:
 * blocks before lines, lines before words.
 */
const patterns: readonly RegExp[] = [
  // PEM and OpenSSH keys, also inside a JSON string, also cut off by the end of a log.
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----)(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----|[\s\S]*$)/g,
  /(PuTTY-User-Key-File-\d+)[\s\S]*?(?:Private-MAC: [0-9a-f]+|$)/g,
  // crypt(5) hashes: $6$…, $y$…, $2b$….
  /()\$(?:[1-7]|2[abxy]|y|gy|sha1|md5)\$[./A-Za-z0-9$=,+-]{8,}/g,
  // Kickstart.
  /(^|\n|\\n)(\s*(?:rootpw|bootloader[^\n]*--password=|grub-?pw)\b)[^\n\\]*/gi,
  /(--(?:password|iscrypted|passphrase|plaintext)[= ])(?!-)\S+/gi,
  // preseed: `d-i passwd/root-password-crypted password $6$…`, `… string …`.
  /(\b[\w.-]+\/[\w/-]*(?:password|passphrase|crypted)[\w/-]*[ \t]+(?:password|string)[ \t]+)[^\s\\]+/gi,
  // AutoYaST and unattend: the element's text.
  /(<(?:\w+:)?\w*(?:password|passphrase|secret|ProductKey|Value)\b[^>]*>)[^<]+/gi,
  // HTTP.
  /(\b(?:authorization|proxy-authorization|cookie|set-cookie)\\?["']?\s*[:=]\s*)[^\n\r\\]+/gi,
  /(\b(?:bearer|basic)\s+)[A-Za-z0-9+/=._~-]{8,}/gi,
  /(:\/\/[^\s/:@"']+:)[^\s/@"']+(?=@)/g,
  /([?&#](?:token|key|secret|password|access_token)=)[^\s&"'\\]+/gi,
  // cloud-init: `chpasswd` lists `user:password` lines; YAML, JSON, shell and arguments.
  new RegExp(
    String.raw`(\\?["']?\b${secretName}\\?["']?\s*(?:=>|[:=])\s*)(?!\[redacted\])(?!(?:null|true|false|\d{1,3})\b)${value}`,
    'gi',
  ),
  new RegExp(String.raw`(--?${secretName}\s+)(?!-)${value}`, 'gi'),
];

/** Takes out what is stored as a secret, by its value, and what looks like one, by its form. */
export function redactor(stored: readonly string[]): Redactor {
  const values = [...new Set(stored.filter(secret => secret.length >= leastStoredLength))]
    .flatMap(formsOf)
    // The longest first: one may begin with another.
    .toSorted((one, other) => other.length - one.length);
  const byValue = values.length === 0 ? undefined : new RegExp(values.map(escaped).join('|'), 'g');
  return text => {
    let count = 0;
    const take = (kept: string) => {
      count += 1;
      return kept + taken;
    };
    let result = byValue === undefined ? text : text.replace(byValue, () => take(''));
    for (const pattern of patterns)
      result = result.replace(pattern, (...found: unknown[]) => {
        const groups = found.slice(
          1,
          found.findIndex((part, index) => index > 0 && typeof part === 'number'),
        );
        return take(groups.filter(part => typeof part === 'string').join(''));
      });
    return { text: result, count };
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

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
