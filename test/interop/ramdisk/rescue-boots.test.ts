import { test } from 'vitest';
import { patienceMs, proveRescue } from './rescue-machine.ts';

test(
  'a rescue lets in one key and the serial console, shows a file system that was not unmounted, and changes no byte of it',
  () => proveRescue('plain'),
  patienceMs,
);
