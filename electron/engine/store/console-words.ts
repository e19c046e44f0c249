/** Scripts that are written without spaces: each letter is a word of its own, because nobody knows where words end. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
/** What SQLite's tokenizer `unicode61` takes for words (https://www.sqlite.org/fts5.html, 4.3.1); marks belong to their letter. */
const wordsOf = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;
/** More would narrow nothing down. */
const mostTerms = 40;

/** The text as the index of words takes it. */
export function indexedText(text: string): string {
  return text.replace(unspaced, ' $& ');
}

/**
 * What a person typed, as a query for FTS5 that finds every part in which a line may have all of it; undefined: nothing of it
 * is in the index. Each term is in quotes, so nothing of it is syntax; none is a phrase, which an index without positions
 * cannot answer. The last of each word may go on.
 */
export function wordQuery(text: string): string | undefined {
  const terms = text
    .toWellFormed()
    .split(/\s+/)
    .flatMap(word => {
      const found = indexedText(word).match(wordsOf) ?? [];
      return found.map((term, index) => (index === found.length - 1 ? `"${term}"*` : `"${term}"`));
    });
  return terms.length === 0 ? undefined : terms.slice(0, mostTerms).join(' AND ');
}
