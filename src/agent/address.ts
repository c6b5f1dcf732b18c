/** Where an agent listens. */
export interface Address {
  /** An address in canonical text, or a name. */
  readonly host: string
  readonly port: number
}

/** Reads `host:port`, `[v6]:port` for IPv6; null where it is neither. Port 0 is one, for those who listen. */
export function parseAddress(text: string): Address | null {
  const form = /^(?:\[(?<v6>[\da-f:.]+)\]|(?<host>[^:[\]\s]+)):(?<port>\d{1,5})$/i
  const { v6, host = v6, port } = form.exec(text)?.groups ?? {}
  if (host === undefined || Number(port) > 65_535) return null
  return { host, port: Number(port) }
}

/** `127.0.0.1:9000`, `[::1]:9000`. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
