import { Button } from '@mui/material';
import { useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';

/** The browser's own file dialog, for files of the computer before which a person sits. */
export function PickFilesButton({ onPick }: { readonly onPick: (files: readonly File[]) => void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button variant="outlined" onClick={() => input.current?.click()}>
        {t('images.pickHere')}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('images.pickHere')}
        onChange={event => onPick([...(event.target.files ?? [])])}
      />
    </>
  );
}
