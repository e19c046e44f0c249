import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import FolderIcon from '@mui/icons-material/Folder';
import InsertDriveFileOutlinedIcon from '@mui/icons-material/InsertDriveFileOutlined';
import { Box, IconButton, List, ListItem, ListItemButton, Tooltip } from '@mui/material';
import { useState } from 'react';
import { useClient } from '../../client/client-context.tsx';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';

interface Props {
  readonly chosen: readonly string[];
  readonly onToggle: (path: string) => void;
}

/** Folders and files of the engine's computer; folders open, files are chosen. */
export function FilePicker({ chosen, onToggle }: Props) {
  const t = useT();
  const client = useClient();
  const [folder, setFolder] = useState('');
  const listing = useQuery(folder === '' ? 'start' : `in ${folder}`, signal =>
    client.images.browse({ path: folder }, signal),
  );
  const { data } = listing;
  const parent = data?.parent ?? null;
  return (
    <Box
      sx={theme => ({ border: `1px solid ${theme.colours.outline}`, borderRadius: 1, overflow: 'hidden' })}
    >
      <Box
        sx={theme => ({
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          px: 1,
          minHeight: 36,
          backgroundColor: theme.colours.raised,
          borderBottom: `1px solid ${theme.colours.line}`,
        })}
      >
        <Tooltip title={t('images.folderUp')}>
          <span>
            <IconButton
              aria-label={t('images.folderUp')}
              disabled={parent === null}
              onClick={() => setFolder(parent ?? '')}
            >
              <ArrowUpwardIcon fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
        <Mono>{data?.path ?? ''}</Mono>
      </Box>
      {listing.error && <ErrorLines error={listing.error} actions={{ retry: listing.reload }} />}
      <List
        dense
        aria-label={t('images.files')}
        aria-busy={listing.isPending}
        sx={{ height: 240, overflow: 'auto', py: 0 }}
      >
        {data?.entries.length === 0 && (
          <ListItem sx={{ color: 'text.secondary' }}>{t('images.folderEmpty')}</ListItem>
        )}
        {data?.entries.map(entry => (
          <ListItem key={entry.path} disablePadding>
            <ListItemButton
              selected={chosen.includes(entry.path)}
              {...(!entry.isFolder && { 'aria-pressed': chosen.includes(entry.path) })}
              onClick={() => (entry.isFolder ? setFolder(entry.path) : onToggle(entry.path))}
              sx={{ gap: 1, py: 0.25, minHeight: 28 }}
            >
              {entry.isFolder ? (
                <FolderIcon fontSize="small" color="primary" />
              ) : (
                <InsertDriveFileOutlinedIcon fontSize="small" />
              )}
              <Box component="span" sx={{ overflowWrap: 'anywhere' }}>
                {entry.name}
              </Box>
              <Box component="span" sx={{ ml: 'auto', color: 'text.secondary', whiteSpace: 'nowrap' }}>
                {entry.isFolder ? t('images.folder') : bytesText(entry.sizeBytes)}
              </Box>
            </ListItemButton>
          </ListItem>
        ))}
      </List>
    </Box>
  );
}
