import { Box, Checkbox, FormControl, FormLabel, MenuItem, TextField } from '@mui/material';
import { useId } from 'react';
import { type NetworkInterface, type NetworkPurpose, networkPurposes } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { interfaceText } from './interface-text.ts';
import { formForOther, type NetworkField, type NetworkForm, wrongNetworkFields } from './network-form.ts';

interface Props {
  readonly form: NetworkForm;
  readonly onChange: (form: NetworkForm) => void;
}

const columns = { display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1fr 1fr' } as const;

/** On which wire, which is chosen once, and with which addresses. */
export function WireFields({
  interfaces,
  ...props
}: Props & { readonly interfaces: readonly NetworkInterface[] }) {
  const t = useT();
  const { form, onChange } = props;
  const named = (name: string) => interfaces.find(nic => nic.name === name);
  const nic = named(form.interfaceName);
  return (
    <>
      <TextField
        select
        label={t('networks.interface')}
        value={form.interfaceName}
        onChange={event => onChange(formForOther(form, nic, named(event.target.value)))}
        sx={{ mt: 1 }}
      >
        {interfaces.map(one => (
          <MenuItem key={one.name} value={one.name}>
            {interfaceText(t, one)}
          </MenuItem>
        ))}
      </TextField>
      {nic?.hasDefaultRoute && <ToneText tone="waiting">{t('networks.defaultRoute')}</ToneText>}
      {nic && nic.addresses.length === 0 && <ToneText tone="waiting">{t('networks.noAddress')}</ToneText>}
      <AddressFields {...props} />
    </>
  );
}

/** `isHeld`: somebody has an address of the network, which stays as it is then. */
export function AddressFields({ isHeld = false, ...props }: Props & { readonly isHeld?: boolean }) {
  const t = useT();
  return (
    <Box sx={{ ...columns, pt: 1 }}>
      <Field {...props} name="cidr" isDisabled={isHeld} help={t('networks.cidrHelp')} />
      <Field {...props} name="poolStart" />
      <Field {...props} name="poolEnd" />
    </Box>
  );
}

/** What may be changed later too. */
export function DetailFields(props: Props) {
  const t = useT();
  return (
    <>
      <Box sx={{ ...columns, pt: 1 }}>
        <Field {...props} name="name" />
        <Field {...props} name="gateway" help={t('networks.gatewayHelp')} />
        <Field {...props} name="dns" />
        <Field {...props} name="domain" />
        <Field {...props} name="leaseSeconds" help={t('networks.leaseHelp')} />
        <Field {...props} name="mtu" help={t('networks.mtuHelp')} />
        <Field {...props} name="segmentationId" help={t('networks.segmentationIdHelp')} />
        <Field {...props} name="physicalNetwork" help={t('networks.physicalNetworkHelp')} />
      </Box>
      <Purposes {...props} />
    </>
  );
}

interface FieldProps extends Props {
  readonly name: NetworkField;
  readonly help?: string;
  readonly isDisabled?: boolean;
}

function Field({ form, onChange, name, help, isDisabled = false }: FieldProps) {
  const t = useT();
  const isWrong = wrongNetworkFields(form).has(name);
  return (
    <TextField
      label={t(`networks.${name}`)}
      value={form[name]}
      error={isWrong}
      disabled={isDisabled}
      helperText={isWrong ? t(`networks.wrong.${name}`) : help}
      onChange={event => onChange({ ...form, [name]: event.target.value })}
      slotProps={{ htmlInput: { spellCheck: false } }}
    />
  );
}

function Purposes({ form, onChange }: Props) {
  const t = useT();
  const id = useId();
  const toggle = (purpose: NetworkPurpose, isOn: boolean) =>
    onChange({
      ...form,
      purposes: networkPurposes.filter(one => (one === purpose ? isOn : form.purposes.includes(one))),
    });
  return (
    <FormControl component="fieldset" error={form.purposes.length === 0}>
      <FormLabel component="legend" sx={{ fontSize: 'inherit' }}>
        {t('networks.purposes')}
      </FormLabel>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', columnGap: 2 }}>
        {networkPurposes.map(purpose => (
          <Box
            component="label"
            key={purpose}
            htmlFor={`${id}-${purpose}`}
            sx={{ display: 'flex', gap: 0.5, alignItems: 'flex-start', cursor: 'pointer' }}
          >
            <Checkbox
              id={`${id}-${purpose}`}
              checked={form.purposes.includes(purpose)}
              onChange={(_, isOn) => toggle(purpose, isOn)}
              slotProps={{ input: { 'aria-describedby': `${id}-${purpose}-means` } }}
            />
            <Box component="span" sx={{ pt: '7px' }}>
              {t(`networks.purpose.${purpose}`)}
              <Box
                component="span"
                id={`${id}-${purpose}-means`}
                sx={{ display: 'block', color: 'text.secondary' }}
              >
                {t(`networks.purposeMeans.${purpose}`)}
              </Box>
            </Box>
          </Box>
        ))}
      </Box>
      {form.purposes.length === 0 && <ToneText tone="failed">{t('networks.wrong.purposes')}</ToneText>}
    </FormControl>
  );
}
