import { Box, Button, Table, TableBody, TableCell, TableRow } from '@mui/material';
import type { SavedFile } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { ageText, zonedText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';

interface Props {
  /** Undefined: not known yet. */
  readonly files: readonly SavedFile[] | undefined;
  readonly onSave: (name: string) => void;
  readonly onRestore: (name: string) => void;
  readonly onRemove: (name: string) => void;
}

export function BackupTable({ files, onSave, onRestore, onRemove }: Props) {
  const t = useT();
  const now = useNow();
  if (files === undefined) return null;
  if (files.length === 0) return <Box sx={{ color: 'text.secondary' }}>{t('backup.none')}</Box>;
  return (
    <Table size="small" aria-label={t('backup.list')}>
      <TableBody>
        {files.map(({ name, sizeBytes, savedAt }) => (
          <TableRow key={name}>
            <TableCell component="th" scope="row" sx={{ pl: 0 }}>
              <Mono>{name}</Mono>
            </TableCell>
            <TableCell title={zonedText(savedAt)} sx={{ whiteSpace: 'nowrap' }}>
              {ageText(t, savedAt, now)}
            </TableCell>
            <TableCell sx={{ whiteSpace: 'nowrap' }}>{bytesText(sizeBytes)}</TableCell>
            <TableCell sx={{ pr: 0, whiteSpace: 'nowrap', textAlign: 'right' }}>
              <Button aria-label={t('backup.downloadOf', { name })} onClick={() => onSave(name)}>
                {t('backup.download')}
              </Button>
              <Button aria-label={t('backup.restoreOf', { name })} onClick={() => onRestore(name)}>
                {t('backup.restoreAsk')}
              </Button>
              <Button aria-label={t('backup.removeOf', { name })} onClick={() => onRemove(name)}>
                {t('backup.remove')}
              </Button>
            </TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
