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
import {
  formOfInstaller,
  type InstallerForm,
  installerInput,
  installerPaths,
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
      <InstallerFields form={form} onChange={change => setForm({ ...form, ...change })} />
    </FormDialog>
  );
}

interface Props {
  readonly form: InstallerForm;
  readonly onChange: (change: Partial<InstallerForm>) => void;
}

function InstallerFields({ form, onChange }: Props) {
  const t = useT();
  const wrong = wrongInstallerFields(form);
  const needed = neededInstallerFields(form);
  const word = (name: 'distribution' | 'version') => (
    <TextField
      required={needed.includes(name)}
      label={t(`installer.${name}`)}
      value={form[name]}
      onChange={event => onChange({ [name]: event.target.value })}
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
          onChange={event => onChange({ family: event.target.value as InstallerForm['family'] })}
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
          onChange={event => onChange({ architecture: event.target.value as InstallerForm['architecture'] })}
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
      {installerPaths.map(name => (
        <TextField
          key={name}
          required={needed.includes(name)}
          label={t(`installer.${name}`)}
          value={form[name]}
          error={wrong.has(name)}
          helperText={wrong.has(name) ? t('installer.wrongPath') : t(`installer.${name}Help`)}
          onChange={event => onChange({ [name]: event.target.value })}
          slotProps={{ htmlInput: { maxLength: 1000, spellCheck: false } }}
        />
      ))}
    </>
  );
}
