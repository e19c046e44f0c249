import { Box, Button, Chip, TextField } from '@mui/material';
import { type FormEvent, useState } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { type LooseError, nextStepOf } from '../../i18n/error-text.ts';
import { useT } from '../../i18n/i18n.ts';
import { findingSentence } from '../../i18n/image-text.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { Section } from '../../ui/Section.tsx';
import { SideSheet } from '../../ui/SideSheet.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { zonedText } from '../../ui/time-text.ts';
import { BootsLamps } from './BootsLamps.tsx';
import { CompareChecksum } from './CompareChecksum.tsx';
import { ImageUsesSection, useImageUsers } from './ImageUsesSection.tsx';
import { CancelImportButton, ImportProgress } from './ImportProgress.tsx';
import { InstallerFacts } from './InstallerFacts.tsx';
import { imageTone } from './image-columns.tsx';
import { RemoveImage } from './RemoveImage.tsx';
import { retryImport } from './RetryImport.tsx';

/** An image beside the list: what it is, why we think so, and what can be done with it. */
export function ImageSheet({ image }: { readonly image: Image }) {
  const t = useT();
  const users = useImageUsers(image);
  return (
    <SideSheet
      title={image.name}
      marks={
        <>
          {image.state === 'ready' && <Chip variant="outlined" label={t(`imageKind.${image.kind}`)} />}
          <ToneText tone={imageTone[image.state]}>{t(`imageState.${image.state}`)}</ToneText>
        </>
      }
      onClose={() => goTo('images')}
    >
      {image.error && <FailedImport image={image} error={image.error} />}
      {image.state === 'importing' && (
        <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
          <Box sx={{ width: '100%' }}>
            <ImportProgress image={image} />
          </Box>
          <CancelImportButton image={image} />
        </Box>
      )}
      {image.kind === 'installer' && image.state === 'ready' && <InstallerFacts image={image} />}
      <ImageFacts image={image} />
      {image.evidence.length > 0 && (
        <Section title={t('images.evidence')}>
          <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
            {image.evidence
              .map(finding => findingSentence(t, finding))
              .map(sentence => (
                <li key={sentence}>{sentence}</li>
              ))}
          </Box>
        </Section>
      )}
      {image.state === 'ready' && <CompareChecksum image={image} />}
      {image.state === 'ready' && <ImageUsesSection users={users} />}
      {image.state !== 'importing' && <RenameForm image={image} />}
      {image.state !== 'importing' && <RemoveImage image={image} users={users} />}
    </SideSheet>
  );
}

function FailedImport({ image, error }: { readonly image: Image; readonly error: LooseError }) {
  const t = useT();
  const client = useClient();
  const retry = () => void retryImport(client, image);
  const isNextStep = nextStepOf[error.code] === 'retry';
  return (
    <ErrorLines
      error={error}
      actions={{
        'choose-file': () => openOverlay({ is: 'import-image' }),
        ...(image.canRetry && { retry }),
      }}
    >
      {image.canRetry && !isNextStep && (
        <Button variant="outlined" onClick={retry}>
          {t('images.retry')}
        </Button>
      )}
    </ErrorLines>
  );
}

function ImageFacts({ image }: { readonly image: Image }) {
  const t = useT();
  // Before it was read, and where it is refused, nobody knows.
  const isDisk = image.state === 'ready' && image.kind === 'whole-disk';
  return (
    <Facts
      facts={[
        { label: t('images.size'), value: image.rawSizeBytes > 0 ? bytesText(image.rawSizeBytes) : '' },
        {
          label: t('images.stored'),
          value: image.storedSizeBytes > 0 ? bytesText(image.storedSizeBytes) : '',
        },
        { label: t('images.format'), value: image.sourceFormat },
        {
          label: t('images.partitionTable'),
          value: isDisk ? t(`partitionTable.${image.partitionTable}`) : '',
        },
        {
          label: t('images.bootsOn'),
          value: isDisk ? <BootsLamps boots={image.boots} /> : '',
        },
        {
          label: t('images.sha256'),
          value: image.sha256 && (
            <>
              <Mono>{image.sha256}</Mono> <CopyButton text={image.sha256} label={t('images.copySha256')} />
            </>
          ),
        },
        {
          label: t('images.sourceSha256'),
          value:
            image.sourceSha256 === image.sha256
              ? ''
              : image.sourceSha256 && (
                  <>
                    <Mono>{image.sourceSha256}</Mono>{' '}
                    <CopyButton text={image.sourceSha256} label={t('images.copySourceSha256')} />
                  </>
                ),
        },
        { label: t('images.created'), value: zonedText(image.createdAt) },
      ]}
    />
  );
}

function RenameForm({ image }: { readonly image: Image }) {
  const t = useT();
  const client = useClient();
  const [name, setName] = useState(image.name);
  const rename = useCommand(() => client.images.rename({ id: image.id, name }));
  const isChanged = name.trim() !== '' && name.trim() !== image.name;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isChanged) void rename.run();
  };
  return (
    <Box component="form" onSubmit={submit} sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <TextField
          label={t('images.name')}
          value={name}
          onChange={event => setName(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 120, spellCheck: false } }}
        />
        <Button type="submit" variant="outlined" disabled={!isChanged || rename.isPending}>
          {t('images.rename')}
        </Button>
      </Box>
      {rename.error && <ErrorLines error={rename.error} />}
    </Box>
  );
}
