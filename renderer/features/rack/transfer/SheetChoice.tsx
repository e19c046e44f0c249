import { Box, Button, DialogActions, DialogContent, TextField } from '@mui/material';
import { useRef, useState } from 'react';
import { useConnection } from '../../../client/client-context.tsx';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { bytesText } from '../../../ui/measure-text.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { type Cells, formatCsv } from './delimited.ts';
import { importFields } from './import-columns.ts';
import { readSheetFile, readSheetText, type SheetResult } from './read-sheet.ts';
import { largestFileBytes, longestCell, mostColumns, mostRows } from './sheet-limits.ts';

export interface Sheet {
  /** Of the file; empty: it was pasted. */
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: Cells;
}

interface Props {
  readonly onSheet: (sheet: Sheet) => void;
  readonly onLeave: () => void;
}

const limits = {
  size: bytesText(largestFileBytes),
  rows: mostRows,
  columns: mostColumns,
  letters: longestCell,
} as const;

/** A file that is picked or dropped, or cells that are pasted. */
export function SheetChoice({ onSheet, onLeave }: Props) {
  const t = useT();
  const [isReading, setReading] = useState(false);
  const [refusal, setRefusal] = useState<Extract<SheetResult, { is: 'refused' }> | null>(null);
  const { host } = useConnection();
  const template = useCommand(() => {
    const header = importFields.map(field => t(`field.${field}`));
    return saveSheet(host, t('import.template'), 'servers.csv', formatCsv([header]));
  });
  const take = (name: string, result: SheetResult) => {
    if (result.is === 'sheet') onSheet({ name, header: result.header, rows: result.rows });
    else setRefusal(result);
  };
  const takeFile = async (file: File) => {
    setReading(true);
    const result = await readSheetFile(file);
    setReading(false);
    take(file.name, result);
  };
  return (
    <>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <DropZone isReading={isReading} onFile={file => void takeFile(file)} />
        <TextField
          label={t('import.paste')}
          multiline
          minRows={3}
          maxRows={3}
          value=""
          onChange={event => take('', readSheetText(event.target.value))}
          helperText={t('import.pasteHelp')}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
        {refusal && (
          <Box role="alert" sx={{ display: 'grid', gap: 0.5 }}>
            <ToneText tone="failed">{t(`sheet.${refusal.reason}`, limits)}</ToneText>
            {refusal.detail !== '' && <Box sx={{ color: 'text.secondary' }}>{refusal.detail}</Box>}
            <Box>{t(refusal.reason === 'old-workbook' ? 'sheet.saveAs' : 'sheet.next')}</Box>
          </Box>
        )}
        {template.error && <ErrorLines error={template.error} />}
        <Box sx={{ color: 'text.secondary' }}>{t('import.headerHelp')}</Box>
      </DialogContent>
      <DialogActions>
        <Button disabled={template.isPending} onClick={() => void template.run()} sx={{ mr: 'auto' }}>
          {t('import.template')}
        </Button>
        <Button onClick={onLeave}>{t('action.cancel')}</Button>
      </DialogActions>
    </>
  );
}

interface DropZoneProps {
  readonly isReading: boolean;
  readonly onFile: (file: File) => void;
}

function DropZone({ isReading, onFile }: DropZoneProps) {
  const t = useT();
  const picker = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (file: File | undefined) => {
    if (file !== undefined) onFile(file);
  };
  return (
    <Box
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={event => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
      sx={theme => ({
        p: 3,
        display: 'grid',
        gap: 1,
        justifyItems: 'center',
        border: `2px dashed ${isOver ? theme.colours.accent : theme.colours.outline}`,
        borderRadius: 1,
      })}
    >
      <Box>{t('import.drop')}</Box>
      <Button variant="contained" disabled={isReading} onClick={() => picker.current?.click()}>
        {t(isReading ? 'import.reading' : 'import.choose')}
      </Button>
      <input
        ref={picker}
        type="file"
        hidden
        accept=".csv,.tsv,.txt,.xlsx,.xlsm"
        aria-label={t('import.choose')}
        onChange={event => {
          take(event.target.files?.[0]);
          // The same file once more is a choice too.
          event.target.value = '';
        }}
      />
      <Box sx={{ color: 'text.secondary' }}>{t('import.limits', limits)}</Box>
    </Box>
  );
}
