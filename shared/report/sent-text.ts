/**
 * A text as it was before mail programs, browsers and editors sent or kept it: they put a byte order mark before it, write
 * line ends in their own way, and add or take away line ends behind it. No reader of HTML or JSON sees any of that.
 */
export function asSent(text: string): string {
  const lines = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  let end = lines.length;
  while (lines[end - 1] === '\n') end -= 1;
  return `${lines.slice(0, end)}\n`;
}
