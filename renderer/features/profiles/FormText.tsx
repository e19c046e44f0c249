import { TextField, type TextFieldProps } from '@mui/material';
import { monoFont } from '../../ui/fonts.ts';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly problem?: string | undefined;
  readonly help?: string;
  readonly maxLength?: number;
  readonly lines?: readonly [least: number, most: number];
  readonly isMono?: boolean;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
  readonly sx?: TextFieldProps['sx'];
}

/** A text field of the profile's form; what is wrong with it takes the place of its help. */
export function FormText({ lines, isMono = false, problem, help, maxLength, sx, ...field }: Props) {
  return (
    <TextField
      label={field.label}
      value={field.value}
      required={field.required ?? false}
      autoFocus={field.autoFocus ?? false}
      error={problem !== undefined}
      helperText={problem ?? help}
      onChange={event => field.onChange(event.target.value)}
      {...(lines && { multiline: true, minRows: lines[0], maxRows: lines[1] })}
      slotProps={{
        htmlInput: { maxLength, spellCheck: false },
        ...(isMono && { input: { sx: { fontFamily: monoFont, fontSize: '0.92em' } } }),
      }}
      sx={sx ?? {}}
    />
  );
}
