import type { Translate } from '../i18n/catalogue.ts';

/** `340 ms`, `12.4 s`, `1 min 12 s`, `3 h 5 min`, `2 d 4 h`. */
export function durationText(t: Translate, ms: number): string {
  const rest = Math.max(0, ms);
  if (rest < 1000) return t('unit.ms', { ms: Math.round(rest) });
  if (rest < 10_000) return t('unit.s', { s: Math.floor(rest / 100) / 10 });
  const seconds = Math.floor(rest / 1000);
  if (seconds < 60) return t('unit.s', { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    const s = seconds % 60;
    return s === 0 ? t('unit.min', { min: minutes }) : t('unit.minS', { min: minutes, s });
  }
  const hours = Math.floor(minutes / 60);
  if (hours < 48) {
    const min = minutes % 60;
    return min === 0 ? t('unit.h', { h: hours }) : t('unit.hMin', { h: hours, min });
  }
  return t('unit.dH', { d: Math.floor(hours / 24), h: hours % 24 });
}

/** Whole seconds: for texts that change once a second. */
export function secondsText(t: Translate, seconds: number): string {
  return seconds < 10 ? t('unit.s', { s: Math.round(seconds) }) : durationText(t, Math.round(seconds) * 1000);
}

/** How long ago, in the one unit that matters; clocks of page and engine may differ a little. */
export function ageText(t: Translate, at: number, now: number): string {
  const seconds = Math.floor(Math.max(0, now - at) / 1000);
  return seconds < 1 ? t('unit.now') : t('unit.ago', { duration: coarseText(t, seconds) });
}

function coarseText(t: Translate, seconds: number): string {
  if (seconds < 60) return t('unit.s', { s: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return t('unit.min', { min: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t('unit.h', { h: hours }) : t('unit.d', { d: Math.floor(hours / 24) });
}

/** `14:03:07`, local. */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** `14:03:07.215`, local. */
export function preciseClockText(at: number): string {
  return `${clockText(at)}.${String(at % 1000).padStart(3, '0')}`;
}

/** `2026-11-23 14:03:07 Asia/Shanghai`: what a tooltip says. */
export function zonedText(at: number): string {
  return `${dateText(at)} ${clockText(at)} ${zoneName()}`;
}

let known = { offsetMinutes: Number.NaN, name: '' };

/** Asked anew when the clock of this computer moves to another zone only: it costs more than all else in a row. */
function zoneName(): string {
  const offsetMinutes = new Date().getTimezoneOffset();
  if (offsetMinutes !== known.offsetMinutes)
    known = { offsetMinutes, name: Intl.DateTimeFormat().resolvedOptions().timeZone };
  return known.name;
}

export function dateText(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
