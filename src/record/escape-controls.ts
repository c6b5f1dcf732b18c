/** Nobody writes lines or terminal codes of his own through what we quote of his files and headers. */
export function escapeControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
