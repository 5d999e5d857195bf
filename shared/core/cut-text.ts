/** No longer than so many UTF-16 units, the last of which says that there was more. */
export function cutText(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
}
