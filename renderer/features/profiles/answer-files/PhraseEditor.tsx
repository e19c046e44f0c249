import AddIcon from '@mui/icons-material/Add';
import { Box, Button, InputBase } from '@mui/material';
import { useMemo, useRef } from 'react';
import type { InstallerFamily, Profile, ProgressPhrase } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useQuery } from '../../../client/use-query.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { withChangedRow, withMovedRow, withoutRow } from '../../../ui/list-rows.ts';
import { RowButtons } from '../../../ui/RowButtons.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { EditorActions } from './EditorActions.tsx';
import { OwnMark } from './OwnMark.tsx';
import {
  formsOfPhrases,
  newPhrase,
  type PhraseForm,
  phraseFields,
  phrasesOf,
  wrongPhraseFields,
} from './phrase-form.ts';

interface Props {
  readonly profile: Profile;
  readonly family: InstallerFamily;
  /** The profile was removed: what is here can only be read. */
  readonly isGone: boolean;
  readonly draft: readonly PhraseForm[] | undefined;
  readonly onDraft: (rows: readonly PhraseForm[] | undefined) => void;
  /** What `draft` was when it was sent is stored, or no longer wanted. */
  readonly onSaved: (draft: readonly PhraseForm[] | undefined) => void;
}

const maxRows = 500;

/** What in the installer's log means which phase: the first row whose words are in a line counts. */
export function PhraseEditor({ profile, family, isGone, draft, onDraft, onSaved }: Props) {
  const t = useT();
  const client = useClient();
  const add = useRef<HTMLButtonElement>(null);
  const { id } = profile;
  const stored = useQuery(`${id} ${family}`, signal => client.profiles.phrases({ id, family }, signal));
  const untouched = useMemo(() => formsOfPhrases(stored.data?.phrases ?? []), [stored.data]);
  const rows = draft ?? untouched;
  const phrases = phrasesOf(rows);
  const save = useCommand(async (newPhrases: ProgressPhrase[] | null) => {
    await client.profiles.setPhrases({ id, family, phrases: newPhrases });
    return newPhrases === null
      ? client.profiles.phrases({ id, family })
      : { phrases: newPhrases, isOwn: true };
  });
  const store = async (newPhrases: ProgressPhrase[] | null) => {
    const saved = await save.run(newPhrases);
    if (saved === undefined) return;
    stored.replace(saved);
    onSaved(draft);
  };
  // A row that is added to a table nobody has seen yet would replace all of it.
  if (draft === undefined && stored.data === undefined)
    return stored.error && <ErrorLines error={stored.error} actions={{ retry: stored.reload }} />;
  const isOwn = stored.data?.isOwn ?? false;
  return (
    <Box sx={{ display: 'grid', gridTemplateRows: 'auto auto minmax(0, 1fr) auto', gap: 1, minHeight: 0 }}>
      <OwnMark isOwn={isOwn} isChanged={draft !== undefined} />
      <Box sx={{ color: 'text.secondary' }}>{t('answerFile.phrasesHelp')}</Box>
      <Box sx={{ overflow: 'auto', minHeight: 0 }}>
        <PhraseTable rows={rows} onChange={onDraft} onRemoved={() => add.current?.focus()} />
      </Box>
      <Box sx={{ display: 'grid', gap: 1 }}>
        {stored.error && <ErrorLines error={stored.error} actions={{ retry: stored.reload }} />}
        {save.error && <ErrorLines error={save.error} />}
        <Box role="status">
          {phrases === null && <ToneText tone="failed">{t('answerFile.wrongPhrases')}</ToneText>}
        </Box>
        <EditorActions
          saveLabel={t('answerFile.savePhrases')}
          isOwn={isOwn}
          isChanged={draft !== undefined}
          isComplete={phrases !== null && !isGone}
          isPending={save.isPending}
          onSave={() => void store(phrases)}
          onDiscard={() => onDraft(undefined)}
          onReset={() => void store(null)}
        >
          <Button
            ref={add}
            variant="outlined"
            startIcon={<AddIcon fontSize="small" />}
            disabled={rows.length >= maxRows}
            onClick={() => onDraft([newPhrase(), ...rows])}
          >
            {t('answerFile.addPhrase')}
          </Button>
        </EditorActions>
      </Box>
    </Box>
  );
}

interface TableProps {
  readonly rows: readonly PhraseForm[];
  readonly onChange: (rows: readonly PhraseForm[]) => void;
  /** The button that had the focus is gone. */
  readonly onRemoved: () => void;
}

function PhraseTable({ rows, onChange, onRemoved }: TableProps) {
  const t = useT();
  return (
    <Box
      component="table"
      aria-label={t('answerFile.phrases')}
      sx={theme => ({
        width: '100%',
        borderCollapse: 'collapse',
        '& th': { textAlign: 'left', px: 1, py: 0.5, color: 'text.secondary', fontWeight: 600 },
        '& thead th, & thead td': {
          position: 'sticky',
          top: 0,
          zIndex: 1,
          backgroundColor: theme.colours.raised,
        },
        '& tbody td': { borderBottom: `1px solid ${theme.colours.line}`, p: 0 },
      })}
    >
      <thead>
        <tr>
          {phraseFields.map(field => (
            <th key={field} scope="col">
              {t(`answerFile.phrase.${field}`)}
            </th>
          ))}
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <PhraseRow
            key={row.key}
            row={row}
            index={index}
            count={rows.length}
            onChange={change => onChange(withChangedRow<PhraseForm>(rows, index, change))}
            onMove={by => onChange(withMovedRow(rows, index, by))}
            onRemove={() => {
              onChange(withoutRow(rows, index));
              onRemoved();
            }}
          />
        ))}
      </tbody>
    </Box>
  );
}

interface RowProps {
  readonly row: PhraseForm;
  readonly index: number;
  readonly count: number;
  readonly onChange: (change: Partial<PhraseForm>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

const widths = { words: undefined, phase: 200, percent: 90, quietSeconds: 150 } as const;

function PhraseRow({ row, index, count, onChange, onMove, onRemove }: RowProps) {
  const t = useT();
  const wrong = wrongPhraseFields(row);
  const name = row.words || t('answerFile.phraseNumber', { number: index + 1 });
  return (
    <tr>
      {phraseFields.map(field => (
        <td key={field} style={{ width: widths[field] }}>
          <InputBase
            fullWidth
            value={row[field]}
            error={wrong.has(field)}
            onChange={event => onChange({ [field]: event.target.value })}
            slotProps={{
              input: {
                'aria-label': t('answerFile.phraseCell', {
                  field: t(`answerFile.phrase.${field}`),
                  number: index + 1,
                }),
                spellCheck: false,
              },
            }}
            sx={theme => ({
              px: 1,
              py: 0.25,
              fontSize: 'inherit',
              border: '1px solid transparent',
              '&.Mui-error': { borderColor: theme.colours.failed },
              '&.Mui-focused': { borderColor: theme.colours.focus },
            })}
          />
        </td>
      ))}
      <td style={{ width: 1 }}>
        <RowButtons
          name={name}
          isFirst={index === 0}
          isLast={index === count - 1}
          onMove={onMove}
          onRemove={onRemove}
        />
      </td>
    </tr>
  );
}
