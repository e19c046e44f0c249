interface Props {
  /** 0 to 1; null while nothing can be counted. */
  readonly value: number | null;
  /** What progresses: `Write image on r1u01`. */
  readonly label: string;
  readonly height?: number;
}

/** A progress bar thin enough for a table row. */
export function ThinBar({ value, label, height }: Props) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(value !== null && { 'aria-valuenow': Math.floor(value * 100) })}
      className="thin-bar"
      {...(height !== undefined && { style: { height, borderRadius: height } })}
    >
      {value === null ? (
        <div className="thin-bar-part is-uncounted" />
      ) : (
        <div className="thin-bar-part" style={{ transform: `scaleX(${value})` }} />
      )}
    </div>
  );
}
