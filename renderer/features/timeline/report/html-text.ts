interface Raw {
  readonly raw: string;
}

/** HTML of ours. */
export function raw(text: string): Raw {
  return { raw: text };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Every value is text, unless it says that it is HTML of ours. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | Raw)[]): string {
  const texts = values.map(value =>
    typeof value === 'string' ? value.replaceAll(/[&<>"']/g, letter => entities[letter] ?? '') : value.raw,
  );
  return parts.map((part, index) => part + (texts[index] ?? '')).join('');
}
