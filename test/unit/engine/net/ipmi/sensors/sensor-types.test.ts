import { expect, test } from 'vitest';
import {
  allSensorTypeKeys,
  allStateKeys,
  crossedThreshold,
  namedState,
  sensorType,
} from '#engine/net/ipmi/sensors/sensor-types.ts';

/** Offsets of IPMI 2.0 tables 42-2 and 42-3, some of each kind: a shifted list would show. */
test.each([
  [0x01, 0x01, 9, 'threshold.upper-critical-going-high', 'critical'],
  [0x01, 0x01, 2, 'threshold.lower-critical-going-low', 'critical'],
  [0x0b, 0x08, 1, 'redundancy.lost', 'critical'],
  [0x0a, 0x08, 8, 'availability.install-error', 'critical'],
  [0x07, 0x08, 6, 'severity.non-recoverable', 'non-recoverable'],
  [0x6f, 0x05, 6, 'physical-security.fan-area-intrusion', 'critical'],
  [0x6f, 0x07, 7, 'processor.presence-detected', 'ok'],
  [0x6f, 0x07, 12, 'processor.correctable-machine-check', 'warning'],
  [0x6f, 0x08, 3, 'power-supply.ac-lost', 'critical'],
  [0x6f, 0x08, 7, 'power-supply.inactive', 'ok'],
  [0x6f, 0x0c, 10, 'memory.critical-overtemperature', 'critical'],
  [0x6f, 0x0d, 8, 'drive-slot.rebuild-aborted', 'warning'],
  [0x6f, 0x10, 4, 'event-logging-disabled.log-full', 'critical'],
  [0x6f, 0x13, 11, 'critical-interrupt.bus-degraded', 'warning'],
  [0x6f, 0x1f, 10, 'os-boot.installation-failed', 'critical'],
  [0x6f, 0x21, 9, 'slot.spare-device', 'ok'],
  [0x6f, 0x22, 14, 'acpi-power-state.unknown', 'warning'],
  [0x6f, 0x22, 13, 'unknown.13', 'ok'],
  [0x6f, 0x23, 8, 'watchdog-2.timer-interrupt', 'warning'],
  [0x6f, 0x2b, 7, 'version-change.software-change-successful', 'ok'],
  [0x6f, 0x2c, 7, 'fru-state.communication-lost', 'critical'],
] as const)('event type %i of sensor type %i at offset %i', (eventType, type, offset, key, severity) => {
  expect(namedState(eventType, type, offset)).toEqual({ key, severity });
});

test('no two states have the same key, and all keys are plain words', () => {
  const keys = allStateKeys();
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[a-z0-9-]+\.[a-z0-9-]+$/);
});

test('sensor types up to 2Ch have a key of their own', () => {
  expect(new Set(Array.from({ length: 0x2d }, (_, code) => sensorType(code).key)).size).toBe(0x2d);
  expect(sensorType(0x2c).key).toBe('fru-state');
  expect([sensorType(0x50).key, sensorType(0xd0).key]).toEqual(['reserved', 'oem']);
  expect(allSensorTypeKeys()).toHaveLength(0x2e);
});

test('the threshold bits of a reading', () => {
  expect([0, 4, 5].map(bit => crossedThreshold(bit))).toEqual([
    { key: 'crossed.lower-non-critical', severity: 'warning' },
    { key: 'crossed.upper-critical', severity: 'critical' },
    { key: 'crossed.upper-non-recoverable', severity: 'non-recoverable' },
  ]);
});
