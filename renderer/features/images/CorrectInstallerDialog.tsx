import { Box, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import { type Image, installerFamilies, installerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { BootFileFields } from './BootFileFields.tsx';
import {
  formOfInstaller,
  type InstallerForm,
  installerInput,
  neededInstallerFields,
  wrongInstallerFields,
} from './installer-form.ts';

export function CorrectInstallerDialog({ imageId }: { readonly imageId: ImageId }) {
  const image = useWorld(world => world.images.get(imageId));
  return image === undefined ? null : <CorrectForm image={image} />;
}

/** What a person knows better about an ISO than its import does. */
function CorrectForm({ image }: { readonly image: Image }) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState(() => formOfInstaller(image.installer));
  const [form, setForm] = useState(untouched);
  const input = installerInput(form);
  const correct = useCommand((installer: InstallerForm) =>
    client.images.correctInstaller({ id: image.id, installer }),
  );
  const submit = async () => {
    if (input !== null && (await correct.run(input)) !== undefined) closeOverlay();
  };
  return (
    <FormDialog
      title={t('installer.correctTitle', { name: image.name })}
      isDirty={form !== untouched}
      isComplete={input !== null}
      isPending={correct.isPending}
      error={correct.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
    >
      <Box sx={{ color: 'text.secondary' }}>{t('installer.correctHelp')}</Box>
      <InstallerFields image={image} form={form} onChange={setForm} />
    </FormDialog>
  );
}

interface Props {
  readonly image: Image;
  readonly form: InstallerForm;
  readonly onChange: (form: InstallerForm) => void;
}

function InstallerFields({ image, form, onChange }: Props) {
  const t = useT();
  const isWrong = wrongInstallerFields(form).has('repository');
  const needed = neededInstallerFields(form);
  const word = (name: 'distribution' | 'version') => (
    <TextField
      required={needed.includes(name)}
      label={t(`installer.${name}`)}
      value={form[name]}
      onChange={event => onChange({ ...form, [name]: event.target.value })}
      slotProps={{ htmlInput: { maxLength: 60, spellCheck: false } }}
    />
  );
  return (
    <>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1fr', pt: 1 }}>
        <TextField
          select
          label={t('installer.family')}
          value={form.family}
          onChange={event => onChange({ ...form, family: event.target.value as InstallerForm['family'] })}
        >
          {installerFamilies.map(family => (
            <MenuItem key={family} value={family}>
              {t(`installerFamily.${family}`)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label={t('installer.architecture')}
          value={form.architecture}
          onChange={event =>
            onChange({ ...form, architecture: event.target.value as InstallerForm['architecture'] })
          }
        >
          {installerMedium.shape.architecture.options.map(architecture => (
            <MenuItem key={architecture} value={architecture}>
              {t(`architecture.${architecture}`)}
            </MenuItem>
          ))}
        </TextField>
        {word('distribution')}
        {word('version')}
      </Box>
      <BootFileFields image={image} form={form} onChange={onChange} />
      <TextField
        label={t('installer.repository')}
        value={form.repository}
        error={isWrong}
        helperText={isWrong ? t('installer.wrongPath') : t('installer.repositoryHelp')}
        onChange={event => onChange({ ...form, repository: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 1000, spellCheck: false } }}
      />
    </>
  );
}
