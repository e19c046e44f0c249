/** What a simulated server of the virtual rack can have; `none` clears it. */
export const machineFaults = [
  'none',
  'bmc-slow',
  'bmc-silent',
  'packet-loss',
  'power-loss',
  'disk-first',
  'disk-fails',
  'hot-cpu',
  'fan-fails',
] as const;
export type MachineFault = (typeof machineFaults)[number];
