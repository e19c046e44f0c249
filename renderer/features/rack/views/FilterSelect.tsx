import { Box, Checkbox, FormControl, InputLabel, MenuItem, Select } from '@mui/material';
import { useId, useState } from 'react';

export interface FilterChoice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly count: number;
}

interface Props<Value extends string> {
  readonly label: string;
  /** Asked for all of them while the list is open, and else for what is chosen. */
  readonly useChoices: (isOpen: boolean) => readonly FilterChoice<Value>[];
  readonly chosen: readonly Value[];
  readonly onChange: (chosen: Value[]) => void;
}

/** Some of what there is, each with how many it has; nothing chosen means all. */
export function FilterSelect<Value extends string>({ label, useChoices, chosen, onChange }: Props<Value>) {
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  const choices = useChoices(isOpen);
  const labelOf = (value: Value) => choices.find(choice => choice.value === value)?.label ?? value;
  return (
    <FormControl sx={{ width: 132 }}>
      <InputLabel id={id}>{label}</InputLabel>
      <Select<Value[]>
        multiple
        labelId={id}
        label={label}
        value={[...chosen]}
        open={isOpen}
        onOpen={() => setOpen(true)}
        onClose={() => setOpen(false)}
        onChange={event => onChange(typeof event.target.value === 'string' ? [] : event.target.value)}
        renderValue={values => values.map(labelOf).join(', ')}
        MenuProps={{ slotProps: { paper: { sx: { maxHeight: 420 } } } }}
      >
        {choices.map(({ value, label: name, count }) => (
          <MenuItem key={value} value={value} sx={{ gap: 1, py: 0 }}>
            <Checkbox checked={chosen.includes(value)} sx={{ p: 0.5 }} tabIndex={-1} />
            {name}
            <Box component="span" sx={{ ml: 'auto', pl: 2, color: 'text.secondary' }}>
              {count}
            </Box>
          </MenuItem>
        ))}
      </Select>
    </FormControl>
  );
}
