import { Box, Button, MenuItem, TextField } from '@mui/material';
import { useMemo } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { type BootFile, bootFiles, bootImageOf, imagesWith, wantsDisc, withBootImage } from './boot-files.ts';
import { type InstallerForm, neededInstallerFields, wrongInstallerFields } from './installer-form.ts';

interface Props {
  readonly image: Image;
  readonly form: InstallerForm;
  readonly onChange: (change: InstallerForm) => void;
}

/** Kernel and initrd, each from the ISO itself or from another image of the library. */
export function BootFileFields(props: Props) {
  const { image, form } = props;
  const t = useT();
  return (
    <>
      {wantsDisc(image) && bootImageOf(form, 'initrd') === null && (
        <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
          <ToneText tone="waiting">{t('installer.wantsNetboot')}</ToneText>
          <Button variant="outlined" onClick={() => openOverlay({ is: 'import-image' })}>
            {t('images.import')}
          </Button>
        </Box>
      )}
      {bootFiles.map(file => (
        <BootFileField key={file} file={file} {...props} />
      ))}
    </>
  );
}

function BootFileField({ image, form, onChange, file }: Props & { readonly file: BootFile }) {
  const t = useT();
  const all = useWorld(world => world.images);
  const others = useMemo(() => imagesWith(all.values(), file, image.id), [all, file, image.id]);
  const isWrong = wrongInstallerFields(form).has(file);
  const chosen = bootImageOf(form, file) ?? image.id;
  const choose = (id: string) => {
    const from = id === image.id ? image : others.find(other => other.id === id);
    if (from !== undefined) onChange(withBootImage(form, file, from, image.id));
  };
  // One that was lost meanwhile is still what the form says.
  const isKnown = chosen === image.id || others.some(({ id }) => id === chosen);
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '2fr 3fr', alignItems: 'start' }}>
      <TextField
        select
        label={t(`installer.${file}From`)}
        value={chosen}
        onChange={event => choose(event.target.value)}
      >
        <MenuItem value={image.id}>{t('installer.thisIso')}</MenuItem>
        {others.map(({ id, name }) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
        {!isKnown && <MenuItem value={chosen}>{all.get(chosen)?.name ?? t('installer.lostImage')}</MenuItem>}
      </TextField>
      <TextField
        required={neededInstallerFields(form).includes(file)}
        label={t(`installer.${file}`)}
        value={form[file]}
        error={isWrong}
        helperText={isWrong ? t('installer.wrongPath') : t(`installer.${file}Help`)}
        onChange={event => onChange({ ...form, [file]: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 1000, spellCheck: false } }}
      />
    </Box>
  );
}
