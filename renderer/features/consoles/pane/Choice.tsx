import { Box, MenuItem, Select } from '@mui/material';

interface Props<Value extends string | number> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly textOf: (value: Value) => string;
  readonly onChange: (value: Value) => void;
}

/** One of a few, with its name in front. */
export function Choice<Value extends string | number>(props: Props<Value>) {
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: '130px minmax(0, 1fr)', alignItems: 'center', gap: 1 }}>
      <span>{props.label}</span>
      <Select<Value>
        value={props.value}
        onChange={({ target }) => {
          const chosen = props.options.find(option => option === target.value);
          if (chosen !== undefined) props.onChange(chosen);
        }}
        slotProps={{ input: { 'aria-label': props.label } }}
      >
        {props.options.map(option => (
          <MenuItem key={option} value={option}>
            {props.textOf(option)}
          </MenuItem>
        ))}
      </Select>
    </Box>
  );
}
