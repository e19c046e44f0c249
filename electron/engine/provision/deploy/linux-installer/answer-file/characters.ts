/**
 * Characters that an answer file cannot carry whatever its language: YAML 1.1 §5.1 and XML 1.0 §2.2 refuse most control
 * characters, YAML folds the Unicode line separators, and half a surrogate pair is no text at all.
 */
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\ufeff\ufffe\uffff]/u;
const lineBreakOrTab = /^[\n\t]$/;

/** The first character of a one-line text that is not possible. */
export function badCharacter(text: string): string | undefined {
  return unprintable.exec(text)?.[0];
}

/** The same where lines and tabs are welcome: in a script. */
export function badTextCharacter(text: string): string | undefined {
  for (const [character] of text.matchAll(new RegExp(unprintable, 'gu')))
    if (!lineBreakOrTab.test(character)) return character;
  return undefined;
}
