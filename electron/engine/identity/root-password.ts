import { randomBytes } from 'node:crypto';
import { accepted, type Checked, hasControlCharacter, rejected } from '#shared/contract/checked.ts';
import type { Brand } from '#shared/model/brand.ts';
import { cryptSalt, sha512Crypt } from './sha512-crypt.ts';

/** `$6$…`: what goes into /etc/shadow. The password itself is never kept. */
export type PasswordHash = Brand<string, 'PasswordHash'>;

/** pam_unix and getty read lines; nobody types more. */
const lengthMax = 256;

/** Hashes a clear password with a fresh salt, or says why nobody could log in with it. */
export function hashRootPassword(clear: string, randomness = randomBytes(16)): Checked<PasswordHash> {
  if (clear === '') return rejected('password.empty', 'the password is empty');
  if (clear.length > lengthMax)
    return rejected('password.too_long', `longer than ${lengthMax} characters`, { limit: lengthMax });
  if (hasControlCharacter(clear))
    return rejected(
      'password.control_character',
      'has a line break or another character that cannot be typed',
    );
  return accepted(sha512Crypt(clear, cryptSalt(randomness)) as PasswordHash);
}

/** A hash that came from somewhere else (`openssl passwd -6`). Only SHA-512 crypt: every distribution takes it. */
export function parsePasswordHash(text: string): Checked<PasswordHash> {
  const isSha512 = /^\$6\$(rounds=\d{4,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{86}$/.test(text);
  if (!isSha512) return rejected('password_hash.not_supported', 'not a SHA-512 crypt hash ($6$…)');
  return accepted(text as PasswordHash);
}
