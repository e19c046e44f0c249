import { Box } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';

/** What is on a disk now, a line each; an empty disk says so. */
export function DiskContents({ contents }: { readonly contents: readonly string[] }) {
  const t = useT();
  if (contents.length === 0) return <>{t('disk.empty')}</>;
  return (
    <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {contents.map(line => (
        <li key={line}>
          <Mono>{line}</Mono>
        </li>
      ))}
    </Box>
  );
}
