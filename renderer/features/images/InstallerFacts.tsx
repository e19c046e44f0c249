import { Button } from '@mui/material';
import type { Image, InstallerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { Section } from '../../ui/Section.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import type { Tone } from '../../ui/tone.ts';
import { isForAnother } from './boot-files.ts';

const certaintyTone: Readonly<Record<InstallerMedium['certainty'], Tone>> = {
  certain: 'good',
  likely: 'good',
  guess: 'waiting',
  corrected: 'good',
};

/** What an ISO installs and what is booted from it, how sure that is, and the way to say it better. */
export function InstallerFacts({ image }: { readonly image: Image }) {
  const t = useT();
  const { installer } = image;
  return (
    <Section
      title={t('installer.title')}
      action={
        <Button
          variant="outlined"
          onClick={() => openOverlay({ is: 'correct-installer', imageId: image.id })}
        >
          {t('installer.correct')}
        </Button>
      }
    >
      {installer === null ? (
        <ToneText tone="waiting">
          {t(isForAnother(image) ? 'imageFinding.installer.boot_files' : 'installer.notRecognised')}
        </ToneText>
      ) : (
        <>
          <ToneText tone={certaintyTone[installer.certainty]}>
            {t(`installer.certainty.${installer.certainty}`)}
          </ToneText>
          <Facts
            facts={[
              { label: t('installer.distribution'), value: installer.distribution },
              { label: t('installer.version'), value: installer.version },
              { label: t('installer.architecture'), value: t(`architecture.${installer.architecture}`) },
              { label: t('installer.family'), value: t(`installerFamily.${installer.family}`) },
              {
                label: t('installer.kernel'),
                value: <BootFileFact path={installer.kernel} imageId={installer.kernelImageId} />,
              },
              {
                label: t('installer.initrd'),
                value: <BootFileFact path={installer.initrd} imageId={installer.initrdImageId} />,
              },
              {
                label: t('installer.repository'),
                value: path(installer.repository) || t('installer.repositoryRoot'),
              },
            ]}
          />
        </>
      )}
    </Section>
  );
}

/** From another image where one is named. */
function BootFileFact(file: { readonly path: string; readonly imageId: ImageId | undefined }) {
  const t = useT();
  const from = useWorld(({ images }) => (file.imageId === undefined ? undefined : images.get(file.imageId)));
  if (file.imageId === undefined) return path(file.path);
  return (
    <>
      {path(file.path)} {t('installer.fromImage', { name: from?.name ?? t('installer.lostImage') })}
    </>
  );
}

function path(text: string) {
  return text === '' ? '' : <Mono>{text}</Mono>;
}
