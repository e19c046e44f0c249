/** `960 GB`: decimal, as the label on a drive says it. */
export function bytesText(bytes: number): string {
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']);
}

/** `512 GiB`: binary, as memory is sold. */
export function memoryText(bytes: number): string {
  return scaled(bytes, 1024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']);
}

export function rateText(bytesPerSecond: number): string {
  return `${bytesText(bytesPerSecond)}/s`;
}

export function speedText(megabitsPerSecond: number): string {
  return megabitsPerSecond >= 1000 ? `${megabitsPerSecond / 1000} Gbit/s` : `${megabitsPerSecond} Mbit/s`;
}

export function percentText(done: number, total: number): string {
  return `${Math.floor(fraction(done, total) * 100)} %`;
}

/** 0 to 1; 0 where nothing is known. */
export function fraction(done: number, total: number): number {
  return total > 0 ? Math.min(1, Math.max(0, done / total)) : 0;
}

/** Three digits that matter: 1.92 TB, 40.5 GB, 960 GB. */
function scaled(value: number, base: number, units: readonly string[]): string {
  let amount = Math.max(0, value);
  let index = 0;
  while (amount >= base - 0.5 && index < units.length - 1) {
    amount /= base;
    index += 1;
  }
  const digits = index === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2;
  return `${Number(amount.toFixed(digits))} ${units[index] ?? ''}`;
}
