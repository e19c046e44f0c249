import { test } from 'vitest';
import { patienceMs, proveRescue } from '#test/interop/ramdisk/rescue-machine.ts';

test(
  'a rescue shows what is on a mirror and in its volume group, and changes no byte of the members',
  () => proveRescue('mirror'),
  patienceMs,
);
