import { create } from 'zustand';

/** What this page could not put into the clipboard: a person copies it, from a field in which it is selected. */
export const useUncopied = create<{ readonly text: string | null }>(() => ({ text: null }));

/** Whether it is in the clipboard now. Off loopback without TLS a page has none, and a browser may refuse. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    useUncopied.setState({ text });
    return false;
  }
}
