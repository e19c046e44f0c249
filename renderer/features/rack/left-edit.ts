/** What a person does to a field that is stored when it is left. Null: nothing yet. */
export interface LeftEdit {
  readonly text: string;
  /** What was stored when it was last typed or left. */
  readonly over: string;
  readonly isLeft: boolean;
}

/** What is typed stays while it is typed; what was left stays until something else is stored. */
export function shownText(edit: LeftEdit | null, stored: string): string {
  return isCurrent(edit, stored) ? edit.text : stored;
}

/** The text to be stored when the field is left; null where nobody typed another one. */
export function textToStore(edit: LeftEdit | null, stored: string): string | null {
  if (!isCurrent(edit, stored)) return null;
  const text = edit.text.trim();
  return text === stored ? null : text;
}

export function left(edit: LeftEdit | null, stored: string): LeftEdit | null {
  return isCurrent(edit, stored) ? { ...edit, over: stored, isLeft: true } : null;
}

function isCurrent(edit: LeftEdit | null, stored: string): edit is LeftEdit {
  return edit !== null && (!edit.isLeft || edit.over === stored);
}
