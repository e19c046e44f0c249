import {
  Box,
  Button,
  Dialog,
  DialogContent,
  DialogTitle,
  Tab,
  Tabs,
  ToggleButton,
  ToggleButtonGroup,
} from '@mui/material';
import { useState } from 'react';
import { type InstallerFamily, installerFamilies, type Profile } from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { GoneDialog } from '../../../app/GoneDialog.tsx';
import { closeOverlay } from '../../../app/overlay.ts';
import { useLastRow } from '../../../client/use-last-row.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { Notice } from '../../../ui/Notice.tsx';
import { ToneMark } from '../../../ui/ToneMark.tsx';
import { useLeaving } from '../../../ui/use-leaving.tsx';
import { type DraftTable, withDraft, withoutSaved } from './drafts.ts';
import { PhraseEditor } from './PhraseEditor.tsx';
import type { PhraseForm } from './phrase-form.ts';
import { TemplateEditor } from './TemplateEditor.tsx';

export function AnswerFilesDialog({ profileId }: { readonly profileId: ProfileId }) {
  const present = useWorld(world => world.profiles.get(profileId));
  const profile = useLastRow(present);
  if (profile === undefined) return <GoneDialog thing="profile" />;
  return <Editor profile={profile} isGone={present === undefined} />;
}

/** A look at another installer loses nothing. */
interface Drafts {
  readonly templates: DraftTable<string>;
  readonly phrases: DraftTable<readonly PhraseForm[]>;
}

const parts = ['template', 'phrases'] as const;

interface EditorProps {
  readonly profile: Profile;
  readonly isGone: boolean;
}

function Editor({ profile, isGone }: EditorProps) {
  const t = useT();
  const [family, setFamily] = useState<InstallerFamily>(profile.ownTemplates[0] ?? 'anaconda');
  const [part, setPart] = useState<(typeof parts)[number]>('template');
  const [drafts, setDrafts] = useState<Drafts>({ templates: {}, phrases: {} });
  const isDraft = (one: InstallerFamily) =>
    drafts.templates[one] !== undefined || drafts.phrases[one] !== undefined;
  const leaving = useLeaving(installerFamilies.some(isDraft), closeOverlay);
  const editor = { profile, family, isGone };
  return (
    <Dialog open fullScreen onClose={leaving.onDialogClose} aria-labelledby="answer-files">
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, pr: 2.5 }}>
        <DialogTitle id="answer-files" noWrap sx={{ flex: 1 }}>
          {t('answerFile.title', { name: profile.name })}
        </DialogTitle>
        <ToggleButtonGroup
          exclusive
          aria-label={t('answerFile.part')}
          value={part}
          onChange={(_, chosen: typeof part | null) => {
            if (chosen !== null) setPart(chosen);
          }}
        >
          {parts.map(name => (
            <ToggleButton key={name} value={name}>
              {t(`answerFile.part.${name}`)}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <Button variant="outlined" onClick={leaving.leave}>
          {t('action.close')}
        </Button>
      </Box>
      <FamilyTabs profile={profile} family={family} isDraft={isDraft} onFamily={setFamily} />
      {isGone && (
        <Box sx={{ px: 2.5, pt: 1.5 }}>
          <Notice>{t('profile.gone')}</Notice>
        </Box>
      )}
      <DialogContent
        role="tabpanel"
        id="answer-files-panel"
        aria-labelledby={`answer-files-tab-${family}`}
        sx={{ display: 'grid', minHeight: 0, overflow: 'hidden', pt: 1.5, pb: 1.5 }}
      >
        {part === 'template' ? (
          <TemplateEditor
            key={family}
            {...editor}
            draft={drafts.templates[family]}
            onDraft={text =>
              setDrafts(known => ({ ...known, templates: withDraft(known.templates, family, text) }))
            }
            onSaved={text =>
              setDrafts(known => ({ ...known, templates: withoutSaved(known.templates, family, text) }))
            }
          />
        ) : (
          <PhraseEditor
            key={family}
            {...editor}
            draft={drafts.phrases[family]}
            onDraft={rows =>
              setDrafts(known => ({ ...known, phrases: withDraft(known.phrases, family, rows) }))
            }
            onSaved={rows =>
              setDrafts(known => ({ ...known, phrases: withoutSaved(known.phrases, family, rows) }))
            }
          />
        )}
      </DialogContent>
      {leaving.question}
    </Dialog>
  );
}

interface TabsProps {
  readonly profile: Profile;
  readonly family: InstallerFamily;
  readonly isDraft: (family: InstallerFamily) => boolean;
  readonly onFamily: (family: InstallerFamily) => void;
}

function FamilyTabs({ profile, family, isDraft, onFamily }: TabsProps) {
  const t = useT();
  return (
    <Tabs
      value={family}
      aria-label={t('answerFile.families')}
      onChange={(_, chosen: InstallerFamily) => onFamily(chosen)}
      sx={theme => ({ px: 2.5, flex: 'none', borderBottom: `1px solid ${theme.colours.line}` })}
    >
      {installerFamilies.map(name => (
        <Tab
          key={name}
          value={name}
          id={`answer-files-tab-${name}`}
          aria-controls="answer-files-panel"
          label={
            <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
              {t(`answerFile.kind.${name}`)}
              {isDraft(name) ? (
                <ToneMark tone="waiting" />
              ) : (
                profile.ownTemplates.includes(name) && <ToneMark tone="good" />
              )}
            </Box>
          }
        />
      ))}
    </Tabs>
  );
}
