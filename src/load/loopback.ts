/** Whether an address is this host's own and of no other: 127.0.0.0/8, ::1, or the name for them. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/i.test(host)
}
