export const sansFont =
  '"Segoe UI Variable Text", "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei UI", "PingFang SC", system-ui, sans-serif';
export const monoFont =
  '"Cascadia Mono", "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace';
