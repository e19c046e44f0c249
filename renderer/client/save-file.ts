/** Hands the person a file that the page made, as a download. */
export function saveFile(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download holds what it reads; the page must not.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
