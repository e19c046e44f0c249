import { Box, ButtonBase, Checkbox } from '@mui/material';
import { useState } from 'react';
import type { SupportDraft } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { monoFont } from '../../ui/fonts.ts';
import { bytesText } from '../../ui/measure-text.ts';

interface Props {
  readonly draft: SupportDraft;
  readonly leftOut: ReadonlySet<string>;
  readonly onLeaveOut: (names: ReadonlySet<string>) => void;
}

/** The files at the left, each to be left out; what is in the chosen one at the right. */
export function SupportFiles({ draft, leftOut, onLeaveOut }: Props) {
  const t = useT();
  const [chosen, setChosen] = useState(draft.files[0]?.name ?? '');
  const shown = draft.files.some(({ name }) => name === chosen) ? chosen : (draft.files[0]?.name ?? '');
  const toggle = (name: string) => {
    const names = new Set(leftOut);
    if (!names.delete(name)) names.add(name);
    onLeaveOut(names);
  };
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: '300px 1fr', gap: 2, minWidth: 0 }}>
      <Box component="ul" aria-label={t('support.files')} sx={{ m: 0, p: 0, listStyle: 'none' }}>
        {draft.files.map(({ name, sizeBytes, redactions }) => (
          <Box component="li" key={name} sx={{ display: 'flex', alignItems: 'center' }}>
            <Checkbox
              checked={!leftOut.has(name)}
              onChange={() => toggle(name)}
              slotProps={{ input: { 'aria-label': t('support.include', { name }) } }}
            />
            <ButtonBase
              aria-label={t('support.show', { name })}
              aria-pressed={name === shown}
              onClick={() => setChosen(name)}
              sx={theme => ({
                flex: 1,
                minWidth: 0,
                display: 'grid',
                justifyContent: 'start',
                textAlign: 'left',
                font: 'inherit',
                px: 1,
                py: 0.5,
                borderRadius: 1,
                backgroundColor: name === shown ? theme.colours.hover : 'transparent',
                '&:hover': { backgroundColor: theme.colours.hover },
              })}
            >
              <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
                {name}
              </Box>
              <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.92em' }}>
                {bytesText(sizeBytes)}
                {redactions > 0 && ` · ${t('support.redactions', { count: redactions })}`}
              </Box>
            </ButtonBase>
          </Box>
        ))}
      </Box>
      <FileText key={`${draft.id} ${shown}`} id={draft.id} name={shown} />
    </Box>
  );
}

function FileText({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useT();
  const client = useClient();
  const { data, error, reload } = useQuery(name, signal => client.support.file({ id, name }, signal));
  if (error) return <ErrorLines error={error} actions={{ retry: reload }} />;
  return (
    <Box
      component="pre"
      // It scrolls, so the keyboard must reach it.
      tabIndex={0}
      role="region"
      aria-label={t('support.content', { name })}
      sx={theme => ({
        m: 0,
        p: 1,
        height: 380,
        overflow: 'auto',
        minWidth: 0,
        fontFamily: monoFont,
        fontSize: 12,
        border: `1px solid ${theme.colours.outline}`,
        borderRadius: 1,
        backgroundColor: theme.colours.surface,
      })}
    >
      {data?.text === '' ? t('support.empty') : data?.text}
    </Box>
  );
}
