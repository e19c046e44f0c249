import { afterEach, expect, it, vi } from 'vitest';
import { copyText, useUncopied } from '#renderer/ui/copy-text.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  useUncopied.setState({ text: null });
});

it('a text is put into the clipboard', async () => {
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  expect(await copyText('sudo setcap')).toBe(true);
  expect(writeText).toHaveBeenCalledWith('sudo setcap');
  expect(useUncopied.getState().text).toBeNull();
});

it('a page over plain http has no clipboard: the text is shown for a person to copy', async () => {
  vi.stubGlobal('navigator', {});
  expect(await copyText('sudo setcap')).toBe(false);
  expect(useUncopied.getState().text).toBe('sudo setcap');
});

it('so is one that the browser refuses to take', async () => {
  const writeText = () => Promise.reject(new DOMException('not allowed', 'NotAllowedError'));
  vi.stubGlobal('navigator', { clipboard: { writeText } });
  expect(await copyText('6c4b')).toBe(false);
  expect(useUncopied.getState().text).toBe('6c4b');
});
